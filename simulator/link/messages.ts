/**
 * The messages of dspi-link/1 that hosts send: one JSON object each, payloads in lowercase hexadecimal.
 * parseMessage() accepts exactly what the table of the protocol says; unknown members are ignored.
 */
import type { Setup } from "../device";

export const protocolVersion = 1;
/** Bytes of the longest message; a longer one closes the connection. */
export const messageLimit = 65536;

export type Message =
  | { t: "hello" }
  | { t: "ctl"; id: number; setup: Setup; data: Uint8Array | undefined }
  | { t: "in"; id: number; endpoint: number; length: number }
  | { t: "admin"; id: number; op: string; arg: unknown };

/** What was wrong with a message, in words for whoever wrote the host. */
export class MessageError extends Error {}

type Fields = Record<string, unknown>;

/** Parses and checks one message. Throws MessageError. */
export function parseMessage(text: string): Message {
  const fields = parseObject(text);
  switch (fields.t) {
    case "hello":
      return parseHello(fields);
    case "ctl":
      return parseControl(fields);
    case "in":
      return parseIn(fields);
    case "admin":
      return parseAdmin(fields);
    default:
      throw new MessageError(`t must be "hello", "ctl", "in" or "admin", not ${show(fields.t)}`);
  }
}

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MessageError(`not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MessageError(`a message is one JSON object, not ${show(value)}`);
  }
  return value as Fields;
}

function parseHello(fields: Fields): Message {
  if (fields.v !== protocolVersion) throw new MessageError(`v must be ${protocolVersion}, not ${show(fields.v)}`);
  return { t: "hello" };
}

function parseControl(fields: Fields): Message {
  const id = identifier(fields, "ctl");
  const what = `ctl ${id}`;
  const setup = {
    bmRequestType: integer(fields, "bm", 255, what),
    bRequest: integer(fields, "req", 255, what),
    wValue: integer(fields, "val", 65535, what),
    wIndex: integer(fields, "idx", 65535, what),
    wLength: integer(fields, "len", 65535, what),
  };
  if (setup.bmRequestType & 0x80) {
    if (fields.data !== undefined) throw new MessageError(`${what}: an IN request (bm bit 7) has no data`);
    return { t: "ctl", id, setup, data: undefined };
  }
  const data = payload(fields, what);
  if (data.length !== setup.wLength) {
    throw new MessageError(`${what}: len is ${setup.wLength} but data has ${data.length} bytes`);
  }
  return { t: "ctl", id, setup, data };
}

function parseIn(fields: Fields): Message {
  const id = identifier(fields, "in");
  const endpoint = integer(fields, "ep", 255, `in ${id}`);
  if (!(endpoint & 0x80)) throw new MessageError(`in ${id}: ep ${endpoint} is not an IN endpoint (bit 7)`);
  return { t: "in", id, endpoint, length: integer(fields, "len", 65535, `in ${id}`) };
}

function parseAdmin(fields: Fields): Message {
  const id = identifier(fields, "admin");
  if (typeof fields.op !== "string") throw new MessageError(`admin ${id}: op must be a string, not ${show(fields.op)}`);
  return { t: "admin", id, op: fields.op, arg: fields.arg };
}

function identifier(fields: Fields, what: string): number {
  return integer(fields, "id", Number.MAX_SAFE_INTEGER, what);
}

function integer(fields: Fields, name: string, max: number, what: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > max) {
    throw new MessageError(`${what}: ${name} must be an integer of 0 to ${max}, not ${show(value)}`);
  }
  return value;
}

/** The data stage of an OUT request; absent is the same as empty. */
function payload(fields: Fields, what: string): Uint8Array {
  const { data = "" } = fields;
  if (typeof data !== "string" || data.length % 2 || !/^[0-9a-f]*$/.test(data)) {
    throw new MessageError(`${what}: data must be pairs of lowercase hexadecimal digits, not ${show(data)}`);
  }
  return Uint8Array.from(Buffer.from(data, "hex"));
}

/** A value as a short piece of an error message. */
function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
