import { bulkLength } from "../parameters/layout";
import { answerU8, type Context } from "./feature";
import { readRow, wireIndex, writeRow } from "./plain";
import { getters, setters } from "./requests";

const interfaceRecipient = 1;
const vendorType = 2;
const audioControl = 0;
const vendorInterface = 2;

const clearClips = 0x83;
const bulkSet = 0xa1;
const longestPayload = 64;

/** Whether DSP requests are taken here: all types on the vendor interface, vendor type on audio control. */
function isForUs(requestType: number, index: number): boolean {
  if ((requestType & 0x1f) !== interfaceRecipient) return false;
  const interfaceNumber = index & 0xff;
  if (interfaceNumber === vendorInterface) return true;
  return interfaceNumber === audioControl && ((requestType >> 5) & 3) === vendorType;
}

/** What an IN request answers, `true` for an OUT request, also for one that is ignored; undefined stalls. */
export type Outcome = DataView | number | true | undefined;

/** Carries out a vendor request. */
export function dispatch(
  context: Context,
  requestType: number,
  request: number,
  value: number,
  index: number,
  length: number,
  data: ArrayBuffer | undefined,
): Outcome {
  if (!isForUs(requestType, index)) return undefined;
  if (requestType & 0x80) return answer(context, request, value);
  if (length === 0) {
    if (request !== clearClips) return undefined;
    context.engine.clearClips();
    return true;
  }
  if (length > longestPayload && !(request === bulkSet && length === bulkLength)) return undefined;
  if (data === undefined) return true;
  return carryOut(context, request, value, new DataView(data));
}

function carryOut(context: Context, request: number, value: number, payload: DataView): true {
  const setter = setters[request];
  if (setter === undefined) return true;
  if (typeof setter === "function") setter(context, value, payload);
  else writeRow(context, setter, wireIndex(setter, value), payload);
  return true;
}

function answer(context: Context, request: number, value: number): Outcome {
  const getter = getters[request];
  if (getter === undefined) return undefined;
  if (typeof getter === "function") return getter(context, value);
  return readRow(context, getter, wireIndex(getter, value));
}

/** An outcome as it goes to the host: an answer cut to `length` bytes, which holds until the next request. */
export function onWire(context: Context, outcome: Outcome, length: number): ArrayBuffer | true | undefined {
  if (outcome === undefined || outcome === true) return outcome;
  const view = typeof outcome === "number" ? answerU8(context, outcome) : outcome;
  const buffer = view.buffer as ArrayBuffer;
  return view.byteLength > length ? buffer.slice(0, length) : buffer;
}
