/** UTF-8 (RFC 3629), which the device's JavaScript does not bring along. */

/**
 * Bytes that are no UTF-8, as a name has them that was cut in the middle of a character, are lone surrogates in a
 * text: 0xDC00 + byte. So every name survives a way through text.
 */
const strayBytes = 0xdc00;

export function encodeText(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code >= strayBytes + 0x80 && code <= strayBytes + 0xff) bytes.push(code & 0xff);
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

export function decodeText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    const first = bytes[at] as number;
    let code = length === 0 ? strayBytes + first : length === 1 ? first : first & (0xff >> (length + 1));
    for (let i = 1; i < length; i++) code = (code << 6) | ((bytes[at + i] as number) & 63);
    text += String.fromCodePoint(code);
    at += length || 1;
  }
  return text;
}

/** Bytes of the character that begins at a position; 0 when none does (RFC 3629 §4). */
function characterLength(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80; // no overlong forms
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf; // no surrogates, nothing above U+10FFFF
  return length > 1 && (second < least || second > most) ? 0 : length;
}
