/** Requests that read or write one value of one row: everything about them follows from the table. */
import { textBytes, type Row } from "../parameters/row";
import { answerF32, type Context } from "./feature";

/** The index that a request carries in the low byte of wValue; rows of one value do not look at it. */
export function wireIndex(row: Row, value: number): number {
  return row.axes.length === 0 ? 0 : value & 0xff;
}

/** Answers a row's value; an index out of range stalls. */
export function readRow(context: Context, row: Row, index: number): DataView | number | undefined {
  const { parameters } = context;
  if (index >= parameters.count(row)) return undefined;
  if (row.kind === "float") return answerF32(context, parameters.get(row, index));
  if (row.kind !== "text") return parameters.get(row, index);
  const answer = context.answer(textBytes);
  const text = parameters.text(row, index);
  for (let i = 0; i < textBytes; i++) answer.setUint8(i, text[i] as number);
  return answer;
}

/** Sets a row's value; an index out of range or a payload too short is ignored. */
export function writeRow(context: Context, row: Row, index: number, payload: DataView): void {
  const { parameters } = context;
  if (index >= parameters.count(row)) return;
  if (row.kind === "text") parameters.setText(row, index, new Uint8Array(payload.buffer));
  else if (row.kind !== "float") parameters.set(row, index, payload.getUint8(0));
  else if (payload.byteLength >= 4) parameters.set(row, index, payload.getFloat32(0, true));
}
