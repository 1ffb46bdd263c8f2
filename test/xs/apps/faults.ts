/** An application that answers requests well and in every wrong way. */
import * as host from "../../../native/xs/host";
import * as usb from "../../../native/xs/usb";

const starts = new DataView(host.liveMemory(8));
starts.setUint32(0, starts.getUint32(0, true) + 1, true);

let received: ArrayBuffer | undefined;
let rate = usb.rate();
let volume = usb.volume();

class Faults {
  throwing(): never {
    throw new RangeError("on purpose"); // the thrown line
  }

  recursing(depth: number): number {
    return 1 + this.recursing(depth + 1); // the recursing line
  }

  endless(): void {
    while (true) Math.abs(1); // the endless line
  }
}

async function rejecting(): Promise<void> {
  await Promise.resolve();
  throw new TypeError("rejected on purpose"); // the rejected line
}

function endlessJobs(): void {
  void Promise.resolve().then(endlessJobs);
}

const answers: Record<number, (value: number) => unknown> = {
  1: (value) => new Uint8Array([1, 2, 3, value]).buffer,
  2: () => new Uint8Array(new Uint8Array(starts.buffer, 0, 4)).buffer,
  3: () => received?.slice(0),
  4: () => new Uint32Array([rate]).buffer,
  5: () => undefined,
  6: () => new Float64Array([volume, usb.volume()]).buffer,

  20: () => new Faults().throwing(),
  21: () => {
    void rejecting();
    return new ArrayBuffer(0);
  },
  22: () => new Faults().recursing(0),
  23: () => new Faults().endless(),
  24: endlessJobs,
  25: () => {
    const kept: object[] = [];
    for (;;) kept.push({ kept });
  },
  26: () => {
    let text = "x";
    for (;;) text += text;
  },
  27: () => {
    const again = (): void => [1].forEach(again);
    again();
  },
  28: () => "not a buffer",
  29: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what a bug might do
    throw "only text";
  },
  30: () => {
    for (let i = 0, names: Record<string, number> = {}; ; i++) names = { [`name ${i}`]: i, ...names };
  },

  40: () => host.configureSlot(4, 0, 6),
  41: () => host.configureSlot(0, 0, 6.5),
  42: () => host.configureSlot("0" as unknown as number, 0, 6),
  43: () => host.liveMemory(1e6),
  44: () => host.configureClocks(14, 13, true, 100),
  45: () => usb.onControl(1 as never),
  46: () => (host.configureSlot as () => void)(),
};

usb.onRate((hz) => {
  rate = hz;
});

usb.onVolume((decibels) => {
  volume = decibels;
});

usb.onControl((type, request, value, _index, _length, data) => {
  if (!(type & 0x80)) {
    received = data;
    return true;
  }
  return answers[request]?.(value) as ArrayBuffer | undefined;
});
