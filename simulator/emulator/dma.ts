/** The DMA controller: paced and chained channels with address rings (RP2040 datasheet 2.5, RP2350 datasheet 12.6). */
import type { Block } from "./block";

/** Where the two chips differ. */
export interface DmaLayout {
  channels: number;
  /** Interrupt lines: INTE, INTF and INTS of each take 16 bytes from 0x404 on, and TIMER0 and the rest follow. */
  lines: number;
  /** Whether the upper bits of TRANS_COUNT choose a mode (RP2350 datasheet 12.6.2.2.1). */
  countModes: boolean;
  /** TREQ_SEL of the four pacing timers follow each other from here on; `permanent` is unpaced. */
  timer0: number;
  permanent: number;
  /** Bit positions in CHx_CTRL. */
  ctrl: {
    incrRead: number;
    incrWrite: number;
    ringSize: number;
    ringSel: number;
    chainTo: number;
    treqSel: number;
    irqQuiet: number;
    bswap: number;
    busy: number;
  };
}

export const rp2040Dma: DmaLayout = {
  channels: 12,
  lines: 2,
  countModes: false,
  timer0: 0x3b,
  permanent: 0x3f,
  ctrl: {
    incrRead: 4,
    incrWrite: 5,
    ringSize: 6,
    ringSel: 10,
    chainTo: 11,
    treqSel: 15,
    irqQuiet: 21,
    bswap: 22,
    busy: 24,
  },
};

export const rp2350Dma: DmaLayout = {
  channels: 16,
  lines: 4,
  countModes: true,
  timer0: 0x3b,
  permanent: 0x3f,
  ctrl: {
    incrRead: 4,
    incrWrite: 6,
    ringSize: 8,
    ringSel: 12,
    chainTo: 13,
    treqSel: 17,
    irqQuiet: 23,
    bswap: 24,
    busy: 26,
  },
};

export interface DmaPort {
  read(address: number, bytes: number): number;
  write(address: number, bytes: number, value: number): void;
  /** Level of a data request: whether a peripheral's FIFO can be served. */
  requested(treq: number): boolean;
  interrupt(line: number, high: boolean): void;
}

interface Channel {
  read: number;
  write: number;
  /** Transfers still to do, and to do after the next trigger. */
  count: number;
  reload: number;
  ctrl: number;
  busy: boolean;
}

const enable = 1;
const register = { INTR: 0x400, CH0_DBG: 0x800 } as const;
/** Behind the interrupts' registers. */
const general = { TIMER0: 0x00, MULTI_CHAN_TRIGGER: 0x10, CHAN_ABORT: 0x24, N_CHANNELS: 0x28 } as const;
/** MODE in TRANS_COUNT's upper bits. */
const modes = { triggerSelf: 1, endless: 15 } as const;
const countBits = 0x0fffffff;

/** READ_ADDR, WRITE_ADDR, TRANS_COUNT and CTRL in the order of each alias; its last register triggers. */
const aliases = [
  [0, 1, 2, 3],
  [3, 0, 1, 2],
  [3, 2, 0, 1],
  [3, 1, 2, 0],
] as const;

export class Dma implements Block {
  readonly #layout: DmaLayout;
  readonly #port: DmaPort;
  readonly #channels: Channel[];
  readonly #timers = [0, 0, 0, 0];
  readonly #timerPhases = [0, 0, 0, 0];
  readonly #general: number;
  readonly #inte: number[];
  readonly #intf: number[];
  #intr = 0;
  /** Channels that run by cycles and not by a peripheral's requests. */
  #unpaced = 0;
  #serving = false;

  constructor(layout: DmaLayout, port: DmaPort) {
    this.#layout = layout;
    this.#port = port;
    this.#general = register.INTR + 16 * layout.lines;
    this.#inte = new Array<number>(layout.lines).fill(0);
    this.#intf = new Array<number>(layout.lines).fill(0);
    this.#channels = Array.from({ length: layout.channels }, () => blank());
  }

  reset(): void {
    for (const channel of this.#channels) Object.assign(channel, blank());
    for (const list of [this.#timers, this.#timerPhases, this.#inte, this.#intf]) list.fill(0);
    this.#intr = this.#unpaced = 0;
    this.#update();
  }

  /** Whether channels wait for cycles to pass. */
  get active(): boolean {
    return this.#unpaced !== 0;
  }

  /** A peripheral asks to be served: moves words as long as it does. */
  serve(treq: number): void {
    if (this.#serving) return; // a transfer has changed the FIFO that is being served: the loop below sees it
    this.#serving = true;
    this.#channels.forEach((channel, index) => {
      while (channel.busy && this.#treq(channel) === treq && this.#port.requested(treq)) this.#transfer(channel, index);
    });
    this.#serving = false;
  }

  /** Lets unpaced and timed channels use the cycles that have passed: one transfer a cycle. */
  advance(cycles: number): void {
    for (let index = 0; index < this.#channels.length; index++) {
      if ((this.#unpaced & (1 << index)) === 0) continue;
      const channel = this.#channels[index] as Channel;
      let transfers = cycles;
      const timer = this.#treq(channel) - this.#layout.timer0;
      if (timer >= 0 && timer < 4) transfers = this.#timerTransfers(timer, cycles);
      while (transfers-- > 0 && channel.busy && this.#unpaced & (1 << index)) this.#transfer(channel, index);
    }
  }

  /** The timer asks X times in Y cycles (datasheet 2.5.7, TIMER0). */
  #timerTransfers(timer: number, cycles: number): number {
    const value = this.#timers[timer] as number;
    const y = value & 0xffff;
    if (y === 0) return 0;
    const phase = (this.#timerPhases[timer] as number) + cycles * (value >>> 16);
    this.#timerPhases[timer] = phase % y;
    return Math.floor(phase / y);
  }

  #treq({ ctrl }: Channel): number {
    return (ctrl >>> this.#layout.ctrl.treqSel) & 63;
  }

  #trigger(index: number): void {
    const channel = this.#channels[index];
    if (!channel || (channel.ctrl & enable) === 0 || channel.busy) return;
    channel.count = this.#counted(channel.reload);
    channel.busy = true;
    if (channel.count === 0) {
      this.#stop(channel, index);
      return this.#finish(channel, index);
    }
    const treq = this.#treq(channel);
    if (treq >= this.#layout.timer0) this.#unpaced |= 1 << index;
    else if (!this.#serving) this.serve(treq);
    else while (channel.busy && this.#port.requested(treq)) this.#transfer(channel, index);
  }

  #counted(reload: number): number {
    return this.#layout.countModes ? reload & countBits : reload;
  }

  #mode({ reload }: Channel): number {
    return this.#layout.countModes ? reload >>> 28 : 0;
  }

  #transfer(channel: Channel, index: number): void {
    const { ctrl, read, write } = channel;
    const layout = this.#ctrl;
    const bytes = 1 << ((ctrl >> 2) & 3);
    let value = this.#port.read(read, bytes);
    if (ctrl & (1 << layout.bswap)) value = swapped(value, bytes);
    const ring = (ctrl >> layout.ringSize) & 15;
    const mask = ring === 0 ? -1 : (1 << ring) - 1;
    const ringsWrite = (ctrl & (1 << layout.ringSel)) !== 0;
    if (ctrl & (1 << layout.incrRead)) channel.read = stepped(read, bytes, ringsWrite ? -1 : mask);
    if (ctrl & (1 << layout.incrWrite)) channel.write = stepped(write, bytes, ringsWrite ? mask : -1);
    const last = this.#mode(channel) !== modes.endless && --channel.count === 0;
    if (last) this.#stop(channel, index); // what is written may trigger this channel again
    this.#port.write(write, bytes, value);
    if (last) this.#finish(channel, index);
  }

  get #ctrl(): DmaLayout["ctrl"] {
    return this.#layout.ctrl;
  }

  #stop(channel: Channel, index: number): void {
    channel.busy = false;
    this.#unpaced &= ~(1 << index);
  }

  #finish(channel: Channel, index: number): void {
    if ((channel.ctrl & (1 << this.#ctrl.irqQuiet)) === 0) this.#raise(index);
    const next = (channel.ctrl >>> this.#ctrl.chainTo) & 15;
    if (next !== index) this.#trigger(next);
    if (this.#mode(channel) === modes.triggerSelf) this.#trigger(index);
  }

  #raise(index: number): void {
    this.#intr |= 1 << index;
    this.#update();
  }

  #update(): void {
    for (let line = 0; line < this.#layout.lines; line++) this.#port.interrupt(line, this.#status(line) !== 0);
  }

  #status(line: number): number {
    return (this.#intr & (this.#inte[line] as number)) | (this.#intf[line] as number);
  }

  read(offset: number): number {
    const { channels } = this.#layout;
    if (offset < channels * 0x40) {
      const channel = this.#channels[offset >> 6] as Channel;
      switch (field(offset)) {
        case 0:
          return channel.read;
        case 1:
          return channel.write;
        case 2:
          return channel.count;
        default:
          return channel.ctrl | (channel.busy ? 1 << this.#ctrl.busy : 0);
      }
    }
    if (offset >= register.CH0_DBG) {
      const channel = this.#channels[(offset - register.CH0_DBG) >> 6];
      return (offset & 4) !== 0 ? (channel?.reload ?? 0) : 0;
    }
    const at = offset - this.#general;
    if (at >= general.TIMER0 && at < general.MULTI_CHAN_TRIGGER) return this.#timers[at >> 2] as number;
    if (at === general.N_CHANNELS) return channels;
    if (offset < register.INTR || at >= 0) return 0;
    const line = (offset - register.INTR) >> 4;
    switch (offset & 15) {
      case 0:
        return this.#intr;
      case 4:
        return this.#inte[line] as number;
      case 8:
        return this.#intf[line] as number;
      default:
        return this.#status(line);
    }
  }

  write(offset: number, value: number, raw: number): void {
    const { channels } = this.#layout;
    if (offset < channels * 0x40) return this.#writeChannel(offset, value);
    const at = offset - this.#general;
    if (at >= general.TIMER0 && at < general.MULTI_CHAN_TRIGGER) {
      this.#timers[at >> 2] = value;
    } else if (at === general.MULTI_CHAN_TRIGGER) {
      for (let index = 0; index < channels; index++) if (value & (1 << index)) this.#trigger(index);
    } else if (at === general.CHAN_ABORT) {
      this.#channels.forEach((channel, index) => {
        if (value & (1 << index)) channel.busy = false;
      });
      this.#unpaced &= ~value;
    } else if (offset >= register.INTR && at < 0) {
      const line = (offset - register.INTR) >> 4;
      const which = offset & 15;
      if (which === 4) this.#inte[line] = value;
      else if (which === 8) this.#intf[line] = value;
      else this.#intr &= ~raw; // INTR and INTS
      this.#update();
    }
  }

  /** A null trigger, a 0 written to a triggering register, only tells software that a chain has ended (2.5.2.3). */
  #writeChannel(offset: number, value: number): void {
    const index = offset >> 6;
    const channel = this.#channels[index] as Channel;
    switch (field(offset)) {
      case 0:
        channel.read = value >>> 0;
        break;
      case 1:
        channel.write = value >>> 0;
        break;
      case 2:
        channel.reload = value >>> 0;
        if (!channel.busy) channel.count = this.#counted(channel.reload);
        break;
      default:
        channel.ctrl = value & ~(1 << this.#ctrl.busy);
    }
    if ((offset & 15) !== 12) return;
    if (value !== 0) this.#trigger(index);
    else if (channel.ctrl & (1 << this.#ctrl.irqQuiet)) this.#raise(index);
  }
}

function blank(): Channel {
  return { read: 0, write: 0, count: 0, reload: 0, ctrl: 0, busy: false };
}

function field(offset: number): number {
  return (aliases[(offset >> 4) & 3] as (typeof aliases)[0])[(offset >> 2) & 3] as number;
}

function stepped(address: number, bytes: number, mask: number): number {
  return ((address & ~mask) | ((address + bytes) & mask)) >>> 0;
}

function swapped(value: number, bytes: number): number {
  if (bytes === 1) return value;
  const half = ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
  if (bytes === 2) return half;
  return (half << 16) | ((value >>> 24) & 0xff) | ((value >>> 8) & 0xff00);
}
