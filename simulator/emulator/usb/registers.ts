/** Bits of the USB controller in device mode (RP2040 datasheet 4.1.4; the RP2350's are the same). */

export const register = {
  ADDR_ENDP: 0x00,
  MAIN_CTRL: 0x40,
  SOF_RD: 0x48,
  SIE_CTRL: 0x4c,
  SIE_STATUS: 0x50,
  BUFF_STATUS: 0x58,
  BUFF_CPU_SHOULD_HANDLE: 0x5c,
  EP_ABORT: 0x60,
  EP_ABORT_DONE: 0x64,
  EP_STALL_ARM: 0x68,
  NAK_POLL: 0x6c,
  EP_STATUS_STALL_NAK: 0x70,
  USB_MUXING: 0x74,
  USB_PWR: 0x78,
  INTR: 0x8c,
  INTE: 0x90,
  INTF: 0x94,
  INTS: 0x98,
} as const;

/** PHY_ISO is the RP2350's (datasheet 12.7.5). */
export const mainCtrl = { controllerEn: 1 << 0, phyIso: 1 << 2 } as const;

export const sieCtrl = {
  pullupEn: 1 << 16,
  ep0IntNak: 1 << 27,
  ep0Int2Buf: 1 << 28,
  ep0Int1Buf: 1 << 29,
  ep0DoubleBuf: 1 << 30,
  ep0IntStall: 1 << 31,
} as const;

export const sieStatus = {
  vbusDetected: 1 << 0,
  lineStateJ: 1 << 2,
  suspended: 1 << 4,
  resume: 1 << 11,
  connected: 1 << 16,
  setupRec: 1 << 17,
  transComplete: 1 << 18,
  busReset: 1 << 19,
  rxOverflow: 1 << 26,
  ackRec: 1 << 30,
  dataSeqError: 1 << 31,
} as const;

/** The status bits that software clears by writing ones. */
export const sieStatusClearable =
  sieStatus.resume |
  sieStatus.connected |
  sieStatus.setupRec |
  sieStatus.transComplete |
  sieStatus.busReset |
  (0x1f << 24) |
  (3 << 29) |
  sieStatus.dataSeqError;

export const interrupt = {
  transComplete: 1 << 3,
  buffStatus: 1 << 4,
  errorDataSeq: 1 << 5,
  busReset: 1 << 12,
  devConnDis: 1 << 13,
  devSuspend: 1 << 14,
  devResumeFromHost: 1 << 15,
  setupReq: 1 << 16,
  devSof: 1 << 17,
  abortDone: 1 << 18,
  epStallNak: 1 << 19,
} as const;

/** EPx_IN_CONTROL and EPx_OUT_CONTROL in the DPRAM. */
export const endpointControl = {
  enable: 1 << 31,
  doubleBuffered: 1 << 30,
  interruptPerBuffer: 1 << 29,
  interruptPerDoubleBuffer: 1 << 28,
  typeShift: 26,
  addressMask: 0xffc0,
} as const;

/** The half of a buffer control register that belongs to one buffer. */
export const bufferControl = {
  lengthMask: 0x3ff,
  available: 1 << 10,
  stall: 1 << 11,
  resetSelect: 1 << 12,
  pid: 1 << 13,
  last: 1 << 14,
  full: 1 << 15,
} as const;

export const isochronous = 1;
export const endpoints = 16;
export const dpramBytes = 4096;
