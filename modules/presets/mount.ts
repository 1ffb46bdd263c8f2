import { layoutVersion, headerSize, recordSize, type Medium } from "./medium";

/** What a log knows of its flash. */
export interface LogState {
  /** Position of the newest intact record of each id. */
  readonly index: Map<number, number>;
  /** Ids whose newest record cannot be read, with no older one to take its place. */
  readonly damaged: Set<number>;
  /** Sectors that are not used: another version's until all is erased, worn ones until the next start. */
  readonly shut: Set<number>;
  /** What could not be read or written, in plain sentences. */
  readonly report: string[];
  /** The sector that records are appended to, −1 at first. */
  head: number;
  /** Where the next record goes; at the sector's limit when it is closed. */
  end: number;
  /** The highest sequence number. */
  sequence: number;
}

interface Survey {
  /** Sectors with records, in the order of their writing. */
  readonly order: number[];
  readonly sequences: Map<number, number>;
  readonly foreign: number[];
  readonly otherVersion: number[];
}

/** Finds the newest record of every id; `describe` names an id for the report. Reads headers, and content of the newest only. */
export function mount(medium: Medium, describe: (id: number) => string): LogState {
  const survey = surveySectors(medium);
  const shut = new Set(survey.otherVersion);
  const state: LogState = { index: new Map(), damaged: new Set(), shut, report: [], head: -1, end: 0, sequence: 0 };
  const unreadable = readSectors(medium, survey, state);
  closeUnlessBlank(medium, state);
  tellOfSectors(survey, unreadable, state.report);
  return replaceDamaged(medium, survey.order, state, describe);
}

/** Finds all records and where the next one goes; returns the sectors with unreadable bytes. */
function readSectors(medium: Medium, { order, sequences }: Survey, state: LogState): number[] {
  const newest = new Map<number, number>();
  const unreadable: number[] = [];
  const { length } = order;
  for (let i = 0; i < length; i++) {
    const sector = order[i] as number;
    const sectorSequence = sequences.get(sector) as number;
    const records = new Records(medium, sector);
    while (records.next()) {
      const { id, sequence } = medium;
      // A copy has the sequence of its original and comes later.
      if (sequence < (newest.get(id) ?? 0)) continue;
      newest.set(id, sequence);
      state.index.set(id, records.at);
      if (sequence > state.sequence) state.sequence = sequence;
    }
    if (sectorSequence > state.sequence) state.sequence = sectorSequence;
    if (sectorSequence === 0) continue;
    if (records.rest < 0) unreadable.push(sector);
    state.head = sector;
    state.end = records.rest;
  }
  return unreadable;
}

/** Nothing is appended to a sector whose rest is not blank, or not known. */
function closeUnlessBlank(medium: Medium, state: LogState): void {
  const limit = (state.head + 1) * medium.sectorSize;
  if (state.end >= 0 && medium.isBlank(state.end, limit)) return;
  if (state.end >= 0) state.report.push("The last write was interrupted: what it was to replace is still there.");
  state.end = limit;
}

function tellOfSectors({ foreign, otherVersion }: Survey, unreadable: number[], report: string[]): void {
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
}

/** Puts older records in the place of those whose content is damaged; those that have none are damaged. */
function replaceDamaged(
  medium: Medium,
  order: readonly number[],
  state: LogState,
  describe: (id: number) => string,
): LogState {
  const { index, damaged, report } = state;
  for (const id of [...index.keys()]) {
    if (medium.isIntact(index.get(id) as number)) continue;
    const older = newestIntact(medium, order, id);
    if (older < 0) index.delete(id);
    else index.set(id, older);
    const isReplaced = older >= 0 && medium.length > 0;
    if (!isReplaced) damaged.add(id);
    report.push(
      `${describe(id)} is damaged${isReplaced ? ": an older version is used instead." : " and cannot be read."}`,
    );
  }
  return state;
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

/** The records of a sector, one after the other. */
class Records {
  /** Where the record is that was found last; when there was none, where the search ended. */
  at: number;
  #next: number;
  #isReadable = true;
  readonly #medium: Medium;
  readonly #limit: number;

  constructor(medium: Medium, sector: number) {
    this.#medium = medium;
    this.#limit = (sector + 1) * medium.sectorSize;
    this.at = this.#next = sector * medium.sectorSize + headerSize;
  }

  /** Goes to the next record and reads its header; returns whether there is one. */
  next(): boolean {
    const medium = this.#medium;
    while ((this.at = this.#next) < this.#limit) {
      if (medium.readRecord(this.at)) {
        this.#next += recordSize(medium.length);
        return true;
      }
      if (this.#isReadable && medium.isBlankHeader()) return false;
      this.#isReadable = false;
      this.#next += headerSize;
    }
    return false;
  }

  /** After the last one, the position of the sector's blank rest; −1 after unreadable bytes. */
  get rest(): number {
    return this.#isReadable ? this.at : -1;
  }
}

/** Position of the newest record of an id whose content is intact, its header read; −1 when there is none. */
function newestIntact(medium: Medium, order: readonly number[], id: number): number {
  let newest = -1;
  let sequence = 0;
  const { length } = order;
  for (let i = 0; i < length; i++) {
    const records = new Records(medium, order[i] as number);
    while (records.next()) {
      if (medium.id !== id || medium.sequence < sequence || !medium.isIntact(records.at)) continue;
      newest = records.at;
      sequence = medium.sequence;
    }
  }
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
