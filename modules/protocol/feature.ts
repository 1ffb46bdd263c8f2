import type { Engine, Host, Usb } from "../hardware";
import type { Store } from "../parameters/store";
import type { OutputPins } from "../pins/output-pins";
import type { Presets } from "../presets/presets";

/** What requests work on. */
export interface Context {
  readonly parameters: Store;
  readonly pins: OutputPins;
  readonly presets: Presets;
  readonly engine: Engine;
  readonly host: Host;
  readonly usb: Usb;
  /** Sample rate of the engine in Hz. */
  rate(): number;
  /**
   * After work that may have changed any number of parameters: settles what follows from them and switches pins and slot
   * types. The sound goes over through a short silence.
   */
  settle(): void;
  /** A view to fill with an answer of `length` bytes: the same one each time, so it holds until the next request. */
  answer(length: number): DataView;
}

/** Answers an IN request with its wValue: bytes, a number that is one byte, or undefined, which stalls. */
export type Getter = (context: Context, value: number) => DataView | number | undefined;

/** Carries out an OUT request with its wValue and payload of at least one byte; what it cannot use it ignores. */
export type Setter = (context: Context, value: number, payload: DataView) => void;

/** Requests that a part of the device adds to the protocol, by code. */
export interface Feature {
  readonly in?: Readonly<Record<number, Getter>>;
  readonly out?: Readonly<Record<number, Setter>>;
}

export function answerU8(context: Context, value: number): DataView {
  const answer = context.answer(1);
  answer.setUint8(0, value);
  return answer;
}

export function answerU32(context: Context, value: number): DataView {
  const answer = context.answer(4);
  answer.setUint32(0, value, true);
  return answer;
}

export function answerF32(context: Context, value: number): DataView {
  const answer = context.answer(4);
  answer.setFloat32(0, value, true);
  return answer;
}
