import { layoutVersion, headerSize, recordSize, type Medium } from "./medium";

/** What a log knows of its flash. */
export interface Mounted {
  /** Position of the newest intact record of each id. */
  readonly index: Map<number, number>;
  /** Ids whose newest record cannot be read, with no older one to take its place. */
  readonly damaged: Set<number>;
  /** Sectors not to be touched. */
  readonly shut: Set<number>;
  /** The sector that records are appended to, −1 at first, and the position of its blank rest. */
  readonly head: number;
  readonly end: number;
  /** The highest sequence number. */
  readonly sequence: number;
  /** What could not be read, in plain sentences. */
  readonly report: string[];
}

interface Survey {
  /** Sectors with records, in the order of their writing. */
  readonly order: number[];
  readonly sequences: Map<number, number>;
  readonly foreign: number[];
  readonly otherVersion: number[];
}

/** Finds the newest record of every id; `describe` names an id for the report. Reads headers, and content of the newest only. */
export function mount(medium: Medium, describe: (id: number) => string): Mounted {
  const { order, sequences, foreign, otherVersion } = surveySectors(medium);
  const index = new Map<number, number>();
  const newest = new Map<number, number>();
  const unreadable: number[] = [];
  const report: string[] = [];
  let sequence = 0;
  let head = -1;
  let end = 0;
  for (const sector of order) {
    const sectorSequence = sequences.get(sector) as number;
    const rest = scan(medium, sector, (at) => {
      // A copy has the sequence of its original and comes later.
      if (medium.sequence < (newest.get(medium.id) ?? 0)) return;
      newest.set(medium.id, medium.sequence);
      index.set(medium.id, at);
      sequence = Math.max(sequence, medium.sequence);
    });
    sequence = Math.max(sequence, sectorSequence);
    if (rest < 0 && sectorSequence > 0) unreadable.push(sector);
    if (sectorSequence === 0) continue;
    head = sector;
    end = rest;
  }
  const limit = (head + 1) * medium.sectorSize;
  if (end >= 0 && !medium.isBlank(end, limit)) {
    report.push("The last write was interrupted: what it was to replace is still there.");
    end = -1;
  }
  if (end < 0) end = limit;

  if (otherVersion.length > 0)
    report.push(
      `${listed(otherVersion)}: written by a firmware with another layout than version ${layoutVersion}, and left as it was.`,
    );
  if (foreign.length > 0)
    report.push(
      `${listed(foreign)}: no valid beginning, after an interrupted erase, by damage or other data; whole records are kept.`,
    );
  if (unreadable.length > 0)
    report.push(
      `${listed(unreadable)}: some bytes are unreadable after an interrupted write or damage; whole records are kept.`,
    );

  const damaged = replaceDamaged(medium, order, index, (id, outcome) =>
    report.push(`${describe(id)} is damaged${outcome}`),
  );
  return { index, damaged, shut: new Set(otherVersion), head, end, sequence, report };
}

/** Puts older records in the place of those whose content is damaged; returns the ids for which there is none. */
function replaceDamaged(
  medium: Medium,
  order: number[],
  index: Map<number, number>,
  tell: (id: number, outcome: string) => void,
): Set<number> {
  const damaged = new Set<number>();
  for (const [id, at] of index) {
    if (medium.isIntact(at)) continue;
    const older = newestIntact(medium, order, id);
    if (older < 0) index.delete(id);
    else index.set(id, older);
    if (older >= 0 && medium.length > 0) {
      tell(id, ": an older version is used instead.");
    } else {
      damaged.add(id);
      tell(id, " and cannot be read.");
    }
  }
  return damaged;
}

function surveySectors(medium: Medium): Survey {
  const order: number[] = [];
  const sequences = new Map<number, number>();
  const foreign: number[] = [];
  const otherVersion: number[] = [];
  for (let sector = 0; sector < medium.sectorCount; sector++) {
    const kind = medium.readSector(sector);
    if (kind === "blank") continue;
    if (kind === "ours" && medium.version !== layoutVersion) {
      otherVersion.push(sector);
      continue;
    }
    if (kind === "foreign") foreign.push(sector);
    // One with a damaged header counts as the oldest: what is intact in it wins only where nothing newer is.
    sequences.set(sector, kind === "ours" ? medium.sequence : 0);
    order.push(sector);
  }
  order.sort((a, b) => (sequences.get(a) as number) - (sequences.get(b) as number));
  return { order, sequences, foreign, otherVersion };
}

/** Visits a sector's records with their headers read. Returns the position of its blank rest, or −1 after unreadable bytes. */
function scan(medium: Medium, sector: number, visit: (at: number) => void): number {
  const limit = (sector + 1) * medium.sectorSize;
  let isReadable = true;
  let at = sector * medium.sectorSize + headerSize;
  while (at < limit) {
    if (medium.readRecord(at)) {
      const next = at + recordSize(medium.length);
      visit(at);
      at = next;
    } else if (isReadable && medium.isBlankHeader()) {
      return at;
    } else {
      isReadable = false;
      at += headerSize;
    }
  }
  return isReadable ? limit : -1;
}

/** Position of the newest record of an id whose content is intact, its header read; −1 when there is none. */
function newestIntact(medium: Medium, order: number[], id: number): number {
  let newest = -1;
  let sequence = 0;
  for (const sector of order)
    scan(medium, sector, (at) => {
      if (medium.id !== id || medium.sequence < sequence || !medium.isIntact(at)) return;
      newest = at;
      sequence = medium.sequence;
    });
  if (newest >= 0) medium.readRecord(newest);
  return newest;
}

/** "Sector 3" or "Sectors 0–5, 9". */
function listed(sectors: number[]): string {
  const ranges: string[] = [];
  for (let i = 0; i < sectors.length;) {
    const first = sectors[i] as number;
    let last = first;
    while (sectors[++i] === last + 1) last++;
    ranges.push(first === last ? `${first}` : `${first}–${last}`);
  }
  return `${sectors.length === 1 ? "Sector" : "Sectors"} ${ranges.join(", ")}`;
}
