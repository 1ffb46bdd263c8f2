import type { Flash } from "../../modules/hardware";

export const sectorSize: Flash["sectorSize"];
export const pageSize: Flash["pageSize"];
export const size: () => Flash["size"];
export const read: Flash["read"];
export const program: Flash["program"];
export const erase: Flash["erase"];
export const crc32: Flash["crc32"];
export const crc32At: Flash["crc32At"];
