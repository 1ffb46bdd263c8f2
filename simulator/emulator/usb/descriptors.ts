/** The isochronous endpoints of a configuration (USB 2.0 table 9-13, UAC1 table 4-20). */

export interface IsochronousEndpoints {
  /** Number of the OUT endpoint. */
  out?: number;
  /** The feedback endpoint, polled every `interval` frames. */
  feedback?: { endpoint: number; interval: number };
}

const endpointType = 5;

export function isochronousEndpoints(configuration: Uint8Array): IsochronousEndpoints {
  const found: IsochronousEndpoints = {};
  for (let at = 0; at + 2 <= configuration.length; at += configuration[at] || 2) {
    const [length = 0, type = 0, address = 0, attributes = 0] = configuration.subarray(at);
    if (type !== endpointType || length < 7 || (attributes & 3) !== 1) continue;
    if ((address & 0x80) === 0) found.out = address & 15;
    else if ((attributes & 0x30) === 0x10 || length >= 9)
      found.feedback = { endpoint: address & 15, interval: 1 << (configuration[at + 7] ?? 0) }; // bRefresh
  }
  return found;
}
