import { beforeAll, describe, expect, test } from "vitest";

import { buildProbe, type Ask } from "./probe";

let ask: Ask;
beforeAll(async () => {
  ask = await buildProbe();
});

type Row = [what: string, type: number, request: number, value: number, index: number, length: number, route: string];

function rows(title: string, table: Row[]): void {
  describe(title, () => {
    test.each(table)("%s", (_, type, request, value, index, length, route) => {
      expect(ask(`route ${type} ${request} ${value} ${index} ${length}`)).toEqual([route]);
    });
  });
}

rows("requests to the device", [
  ["a standard request is the stack's", 0x80, 6, 0x0100, 0, 18, "standard"],
  ["the compat ID is an OS descriptor", 0xc0, 1, 0, 4, 40, "os descriptor"],
  ["extended properties are an OS descriptor", 0xc0, 1, 0, 5, 142, "os descriptor"],
  ["the Microsoft OS 2.0 set is an OS descriptor", 0xc0, 1, 0, 7, 178, "os descriptor"],
  ["the WebUSB code stalls, for there is no landing page", 0xc0, 2, 1, 2, 255, "stall"],
  ["a DSP command never reaches the application", 0xc0, 0x7f, 0, 0, 4, "stall"],
  ["an OUT DSP command never reaches the application", 0x40, 0xd2, 0, 0, 4, "stall"],
  ["a class request stalls", 0xa0, 0x81, 0x0100, 0, 1, "stall"],
]);

rows("requests to an interface", [
  ["interface 2 takes vendor requests", 0xc1, 0x7f, 0, 2, 4, "application"],
  ["interface 0 takes vendor requests", 0xc1, 0x7f, 0, 0, 4, "application"],
  ["the high byte of wIndex is ignored", 0xc1, 0x7f, 0, 0x0702, 4, "application"],
  ["interface 2 does not look at the type", 0xa1, 0x7f, 0, 2, 4, "application"],
  ["class requests on interface 0 are the audio class's", 0xa1, 0x81, 0x0200, 0x0200, 2, "audio"],
  ["the reserved type stalls on interface 0", 0xe1, 0x7f, 0, 0, 4, "stall"],
  ["interface 1 takes no vendor request", 0xc1, 0x7f, 0, 1, 4, "stall"],
  ["interface 1 takes no class request", 0xa1, 0x81, 0x0100, 1, 1, "stall"],
  ["interface 3 does not exist", 0xc1, 0x7f, 0, 3, 4, "stall"],
  ["the extended properties to an interface are no OS descriptor", 0xc1, 1, 0, 5, 142, "stall"],
  ["a bulk packet's data stage fits", 0x41, 0xa1, 0, 2, 2896, "application"],
  ["a longer data stage does not", 0x41, 0xa1, 0, 2, 2897, "stall"],
  ["a longer answer may be asked for", 0xc1, 0xa0, 0, 2, 4096, "application"],
  ["whether an empty OUT request is one the application decides", 0x41, 0x83, 0, 2, 0, "application"],
]);

rows("requests to an endpoint", [
  ["class requests to endpoint 0x01 are the audio class's", 0xa2, 0x81, 0x0100, 0x01, 3, "audio"],
  ["the feedback endpoint has none", 0xa2, 0x81, 0x0100, 0x82, 3, "stall"],
  ["vendor requests stall", 0xc2, 0x7f, 0, 0x01, 4, "stall"],
  ["another recipient stalls", 0xc3, 0x7f, 0, 2, 4, "stall"],
]);
