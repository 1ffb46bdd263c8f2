/** Every vendor request by its code, as flat tables: a feature joins the protocol by joining the list. */
import type { Row } from "../parameters/row";
import { liveRows } from "../parameters/table";
import { bands } from "./bands";
import { bootloader } from "./bootloader";
import { bulk } from "./bulk";
import type { Feature, Getter, Setter } from "./feature";
import { identity } from "./identity";
import { legacy } from "./legacy";
import { outputs } from "./outputs";
import { pins } from "./pins";
import { presets } from "./presets";
import { routes } from "./routes";
import { statistics } from "./statistics";
import { status } from "./status";

const features: readonly Feature[] = [
  bands,
  routes,
  outputs,
  legacy,
  pins,
  bulk,
  presets,
  identity,
  status,
  statistics,
  bootloader,
];

const codes = 256;

/** What answers an IN request: a row's value, or a function. */
export const getters: readonly (Row | Getter | undefined)[] = Object.freeze(tabulate("get", "in"));

/** What carries out an OUT request. */
export const setters: readonly (Row | Setter | undefined)[] = Object.freeze(tabulate("set", "out"));

function tabulate<Direction extends "in" | "out">(code: "get" | "set", direction: Direction) {
  type Handler = NonNullable<Feature[Direction]>[number];
  const table = new Array<Row | Handler | undefined>(codes).fill(undefined);
  for (const row of liveRows) {
    const isPlain = row.transport === "plain" || (row.transport === "status" && code === "get");
    if (isPlain) table[row[code]] = row;
  }
  for (const feature of features)
    for (const [key, handler] of Object.entries(feature[direction] ?? {})) table[Number(key)] = handler as Handler;
  return table;
}
