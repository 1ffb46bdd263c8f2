/** 0xF0: the chip goes to its UF2 bootloader, once the host has its answer. */
import { type Feature } from "./feature";

export const bootloader: Feature = {
  in: {
    0xf0(context) {
      context.host.enterBootloader();
      return 1;
    },
  },
};
