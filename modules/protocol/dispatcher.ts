import { bulkLength } from "../parameters/layout";
import type { Context } from "./feature";
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

/**
 * Carries out a vendor request. Returns an IN request's answer, cut to `length` bytes; `true` for an OUT request,
 * also for one that it ignores; `undefined` to stall. An answer holds until the next request.
 */
export function dispatch(
  context: Context,
  requestType: number,
  request: number,
  value: number,
  index: number,
  length: number,
  data: ArrayBuffer | undefined,
): ArrayBuffer | true | undefined {
  if (!isForUs(requestType, index)) return undefined;
  if (requestType & 0x80) return answer(context, request, value, length);
  if (length === 0) {
    if (request !== clearClips) return undefined;
    context.engine.clearClips();
    return true;
  }
  if (length > longestPayload && !(request === bulkSet && length === bulkLength)) return undefined;
  const setter = setters[request];
  if (setter === undefined || data === undefined) return true;
  if (typeof setter === "function") setter(context, value, new DataView(data));
  else writeRow(context, setter, wireIndex(setter, value), new DataView(data));
  return true;
}

function answer(context: Context, request: number, value: number, length: number): ArrayBuffer | undefined {
  const getter = getters[request];
  if (getter === undefined) return undefined;
  const view =
    typeof getter === "function" ? getter(context, value) : readRow(context, getter, wireIndex(getter, value));
  if (view === undefined) return undefined;
  const buffer = view.buffer as ArrayBuffer;
  return view.byteLength > length ? buffer.slice(0, length) : buffer;
}
