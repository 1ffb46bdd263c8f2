/**
 * The USB device controller, paced by the host: a buffer stays available until the host's token takes it. The host's
 * side are the methods attached, busReset, startOfFrame, setup, in and out.
 */
import type { Block } from "../block";
import {
  bufferControl,
  dpramBytes,
  endpointControl,
  endpoints,
  interrupt,
  isochronous,
  mainCtrl,
  register,
  sieCtrl,
  sieStatus,
  sieStatusClearable,
} from "./registers";

/** How a device answers a token (USB 2.0 8.4.5); "silent" is no answer at all. */
export type Handshake = "ack" | "nak" | "stall" | "silent";

export interface InAnswer {
  handshake: Handshake;
  data: Uint8Array;
  pid: 0 | 1;
}

const silent: InAnswer = { handshake: "silent", data: new Uint8Array(), pid: 0 };
const deviceMode = { addressMask: 0x7f };

export class UsbController implements Block {
  readonly dpram = new Uint8Array(dpramBytes);
  readonly #view = new DataView(this.dpram.buffer);
  readonly #interrupt: (high: boolean) => void;
  readonly #isolated: boolean;
  #registers = new Map<number, number>();
  #sieStatus = 0;
  #buffStatus = 0;
  #cpuShouldHandle = 0;
  #stallArm = 0;
  #stallNak = 0;
  #abort = 0;
  #abortDone = 0;
  #frame = 0;
  #sof = false;
  #connectionChanged = false;
  #vbus = true;
  /** Per endpoint and direction (IN even, OUT odd): which of two buffers is next. */
  readonly #second = new Uint8Array(2 * endpoints);

  /** `isolated` is whether the PHY is cut off after a reset, as the RP2350's is (MAIN_CTRL.PHY_ISO). */
  constructor(interruptLine: (high: boolean) => void, isolated = false) {
    this.#interrupt = interruptLine;
    this.#isolated = isolated;
    this.#resetRegisters();
  }

  #resetRegisters(): void {
    this.#registers.clear();
    if (this.#isolated) this.#registers.set(register.MAIN_CTRL, mainCtrl.phyIso);
  }

  reset(): void {
    this.#resetRegisters();
    this.#sieStatus = this.#buffStatus = this.#cpuShouldHandle = this.#stallArm = this.#stallNak = 0;
    this.#abort = this.#abortDone = this.#frame = 0;
    this.#sof = this.#connectionChanged = false;
    this.#second.fill(0);
    this.#update();
  }

  /** Whether the pull-up shows the host a full-speed device. */
  get attached(): boolean {
    return (
      (this.#get(register.MAIN_CTRL) & (mainCtrl.controllerEn | mainCtrl.phyIso)) === mainCtrl.controllerEn &&
      (this.#get(register.SIE_CTRL) & sieCtrl.pullupEn) !== 0
    );
  }

  /** The address that the device answers to. */
  get address(): number {
    return this.#get(register.ADDR_ENDP) & deviceMode.addressMask;
  }

  busReset(): void {
    this.#registers.set(register.ADDR_ENDP, 0);
    this.#sieStatus |= sieStatus.busReset;
    this.#second.fill(0);
    this.#update();
  }

  startOfFrame(frame: number): void {
    this.#frame = frame & 0x7ff;
    this.#sof = true;
    this.#update();
  }

  /** A SETUP transaction: always taken (USB 2.0 8.4.6.4). */
  setup(packet: Uint8Array): Handshake {
    if (!this.attached) return "silent";
    this.dpram.set(packet.subarray(0, 8));
    this.#sieStatus |= sieStatus.setupRec;
    this.#stallArm = 0;
    this.#second[0] = this.#second[1] = 0;
    this.#update();
    return "ack";
  }

  /** An IN transaction of an endpoint. */
  in(endpoint: number): InAnswer {
    const slot = 2 * endpoint;
    const control = this.#endpointControl(slot);
    if (!this.attached || control === undefined) return silent;
    const second = this.#second[slot] as 0 | 1;
    const half = this.#half(slot, second);
    if (this.#stalls(slot, half)) return { ...silent, handshake: "stall" };
    if ((half & bufferControl.available) === 0 || (half & bufferControl.full) === 0) {
      this.#nak(slot);
      return { ...silent, handshake: isIsochronous(control) ? "silent" : "nak" };
    }
    const at = this.#bufferAddress(slot, control, second);
    const data = this.dpram.slice(at, at + (half & bufferControl.lengthMask));
    this.#setHalf(slot, second, half & ~(bufferControl.available | bufferControl.full));
    this.#done(slot, control, second);
    return { handshake: "ack", data, pid: half & bufferControl.pid ? 1 : 0 };
  }

  /** An OUT transaction of an endpoint; `pid` is the DATA packet's, 0 for isochronous ones. */
  out(endpoint: number, data: Uint8Array, pid: 0 | 1): Handshake {
    const slot = 2 * endpoint + 1;
    const control = this.#endpointControl(slot);
    if (!this.attached || control === undefined) return "silent";
    const second = this.#second[slot] as 0 | 1;
    const half = this.#half(slot, second);
    if (this.#stalls(slot, half)) return "stall";
    if ((half & bufferControl.available) === 0 || (half & bufferControl.full) !== 0) {
      this.#nak(slot);
      return isIsochronous(control) ? "silent" : "nak";
    }
    if (!isIsochronous(control) && ((half & bufferControl.pid) !== 0) !== (pid === 1)) {
      this.#sieStatus |= sieStatus.dataSeqError; // a repeated packet: acknowledged and dropped (USB 2.0 8.6.3)
      this.#update();
      return "ack";
    }
    const room = half & bufferControl.lengthMask;
    const taken = Math.min(room, data.length);
    if (data.length > room) this.#sieStatus |= sieStatus.rxOverflow;
    this.dpram.set(data.subarray(0, taken), this.#bufferAddress(slot, control, second));
    this.#setHalf(
      slot,
      second,
      (half & ~(bufferControl.available | bufferControl.lengthMask)) | bufferControl.full | taken,
    );
    this.#done(slot, control, second);
    return "ack";
  }

  /** The endpoint's control word; that of endpoint 0 is made of SIE_CTRL. Undefined when it is not enabled. */
  #endpointControl(slot: number): number | undefined {
    if (slot < 2) {
      const sie = this.#get(register.SIE_CTRL);
      return (
        0x100 |
        (sie & sieCtrl.ep0DoubleBuf ? endpointControl.doubleBuffered : 0) |
        (sie & sieCtrl.ep0Int1Buf ? endpointControl.interruptPerBuffer : 0) |
        (sie & sieCtrl.ep0Int2Buf ? endpointControl.interruptPerDoubleBuffer : 0)
      );
    }
    const control = this.#view.getUint32(4 * slot, true);
    return control & endpointControl.enable ? control : undefined;
  }

  #half(slot: number, second: 0 | 1): number {
    return this.#view.getUint16(0x80 + 4 * slot + 2 * second, true);
  }

  #setHalf(slot: number, second: 0 | 1, value: number): void {
    this.#view.setUint16(0x80 + 4 * slot + 2 * second, value, true);
  }

  #bufferAddress(slot: number, control: number, second: 0 | 1): number {
    const base = control & endpointControl.addressMask;
    if (second === 0) return base;
    const isoOffset = 128 << ((this.#half(slot, 1) >> 11) & 3); // DOUBLE_BUFFER_ISO_OFFSET
    return base + (isIsochronous(control) ? isoOffset : 64);
  }

  /** STALL of endpoint 0 has to be armed too. */
  #stalls(slot: number, half: number): boolean {
    if ((half & bufferControl.stall) === 0 || (slot >= 2 && this.#isochronousSecond(slot))) return false;
    const stalls = slot >= 2 || (this.#stallArm & (1 << slot)) !== 0;
    if (stalls) this.#stallNak |= 1 << slot;
    return stalls;
  }

  /** In the second half of an isochronous pair the bit is part of the buffer's offset. */
  #isochronousSecond(slot: number): boolean {
    return this.#second[slot] === 1 && isIsochronous(this.#endpointControl(slot) ?? 0);
  }

  #nak(slot: number): void {
    this.#stallNak |= 1 << slot;
  }

  #done(slot: number, control: number, second: 0 | 1): void {
    const double = (control & endpointControl.doubleBuffered) !== 0;
    if (double) this.#second[slot] = second ^ 1;
    const bit = 1 << slot;
    const perBuffer = (control & endpointControl.interruptPerBuffer) !== 0;
    const perPair = (control & endpointControl.interruptPerDoubleBuffer) !== 0 && (second === 1 || !double);
    if (perBuffer || perPair) {
      this.#buffStatus |= bit;
      this.#cpuShouldHandle = second ? this.#cpuShouldHandle | bit : this.#cpuShouldHandle & ~bit;
    }
    this.#sieStatus |= sieStatus.transComplete | sieStatus.ackRec;
    this.#update();
  }

  /** The DPRAM was written: buffers whose selection is to start over. */
  dpramWritten(offset: number): void {
    const slot = (offset - 0x80) >> 2;
    if (slot < 0 || slot >= 2 * endpoints) return;
    const half = this.#half(slot, 0);
    if ((half & bufferControl.resetSelect) === 0) return;
    this.#second[slot] = 0;
    this.#setHalf(slot, 0, half & ~bufferControl.resetSelect);
  }

  read(offset: number): number {
    switch (offset) {
      case register.SOF_RD:
        this.#sof = false;
        this.#update();
        return this.#frame;
      case register.SIE_STATUS:
        return this.#status();
      case register.BUFF_STATUS:
        return this.#buffStatus;
      case register.BUFF_CPU_SHOULD_HANDLE:
        return this.#cpuShouldHandle;
      case register.EP_ABORT:
        return this.#abort;
      case register.EP_ABORT_DONE:
        return this.#abortDone;
      case register.EP_STALL_ARM:
        return this.#stallArm;
      case register.EP_STATUS_STALL_NAK:
        return this.#stallNak;
      case register.INTR:
        return this.#raw();
      case register.INTS:
        return this.#pending();
      default:
        return this.#get(offset);
    }
  }

  write(offset: number, value: number, raw: number): void {
    switch (offset) {
      case register.SIE_STATUS:
        this.#sieStatus &= ~(raw & sieStatusClearable);
        break;
      case register.BUFF_STATUS:
        this.#buffStatus &= ~raw;
        break;
      case register.EP_ABORT:
        this.#abort = value;
        this.#abortDone |= value; // no transaction is ever half done here
        break;
      case register.EP_ABORT_DONE:
        this.#abortDone &= ~raw;
        break;
      case register.EP_STALL_ARM:
        this.#stallArm = value & 3;
        break;
      case register.EP_STATUS_STALL_NAK:
        this.#stallNak &= ~raw;
        break;
      case register.USB_PWR:
        this.#registers.set(offset, value);
        this.#vbus = (value & 8) === 0 || (value & 4) !== 0; // VBUS_DETECT and its override
        break;
      default:
        this.#registers.set(offset, value);
    }
    this.#update();
  }

  #get(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }

  #status(): number {
    const attached = this.attached ? sieStatus.connected | sieStatus.lineStateJ : 0;
    return this.#sieStatus | (this.#vbus ? sieStatus.vbusDetected : 0) | attached;
  }

  #raw(): number {
    return (
      (this.#buffStatus !== 0 ? interrupt.buffStatus : 0) |
      (this.#sieStatus & sieStatus.transComplete ? interrupt.transComplete : 0) |
      (this.#sieStatus & sieStatus.busReset ? interrupt.busReset : 0) |
      (this.#sieStatus & sieStatus.setupRec ? interrupt.setupReq : 0) |
      (this.#sieStatus & sieStatus.dataSeqError ? interrupt.errorDataSeq : 0) |
      (this.#sof ? interrupt.devSof : 0) |
      (this.#connectionChanged ? interrupt.devConnDis : 0) |
      (this.#abortDone !== 0 ? interrupt.abortDone : 0) |
      (this.#stallNak !== 0 ? interrupt.epStallNak : 0)
    );
  }

  #pending(): number {
    return (this.#raw() & this.#get(register.INTE)) | this.#get(register.INTF);
  }

  #update(): void {
    this.#interrupt(this.#pending() !== 0);
  }
}

function isIsochronous(control: number): boolean {
  return ((control >>> endpointControl.typeShift) & 3) === isochronous;
}
