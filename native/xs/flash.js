// The chip's NOR flash (modules/presets/flash.ts), for the application.
export const sectorSize = 4096;
export const pageSize = 256;
export function size() @ "xs_flash_size";
export function read(offset, into) @ "xs_flash_read";
export function program(offset, page) @ "xs_flash_program";
export function erase(offset) @ "xs_flash_erase";
export function crc32(bytes, crc) @ "xs_flash_crc32";
export function crc32At(offset, length) @ "xs_flash_crc32At";
