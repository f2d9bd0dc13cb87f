/**
 * The journal of one signal: what makes an acknowledgement durable. Requests are written as they came in and synced in groups,
 * one fdatasync in flight at a time: all that was written before it began is covered by it. A crash replays what no sealed block
 * covers yet; a torn tail is cut. Knows nothing of blocks: the store tells it up to which sequence it may forget.
 */
import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  unlinkSync,
  writevSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  encodeRecordHeader,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type JournalRecord,
  type JournalSignal,
} from "./journal-record.ts";

/** A segment is closed at this size; it is deleted when all its records are in sealed blocks. */
const SEGMENT_BYTES = 32 * 1024 * 1024;
/** Buffers per writev: the kernel takes 1024 at most. */
const WRITEV_BUFFERS = 512;

const syncData = promisify(fdatasync);

interface Segment {
  readonly path: string;
  lastSequence: number;
}

export class Journal {
  readonly #directory: string;
  readonly #signal: JournalSignal;
  #closed: Segment[] = [];
  #open: (Segment & { readonly fd: number; size: number }) | undefined;
  #nextSequence: number;

  /**
   * @param nextSequence larger than any sequence in the journal or in a sealed block
   * @param left segments of an earlier life that are still needed, with their last sequences
   */
  constructor(directory: string, signal: JournalSignal, nextSequence: number, left: readonly Segment[]) {
    this.#directory = directory;
    this.#signal = signal;
    this.#nextSequence = nextSequence;
    this.#closed = [...left];
    mkdirSync(directory, { recursive: true });
  }

  /** The sequence given out last. */
  get lastSequence(): number {
    return this.#nextSequence - 1;
  }

  /**
   * Writes records and resolves when they are durable. On any error nothing of them counts: the file is cut back, and the
   * error is thrown. One call at a time.
   */
  async append(requests: readonly Omit<JournalRecord, "sequence">[]): Promise<void> {
    const segment = this.#segment();
    const before = segment.size;
    const sequence = this.#nextSequence;
    const buffers = requests.flatMap((request, i) => [
      encodeRecordHeader({ ...request, sequence: sequence + i }),
      request.body.bytes,
    ]);
    try {
      for (let i = 0; i < buffers.length; i += WRITEV_BUFFERS)
        segment.size += writeAll(segment.fd, buffers.slice(i, i + WRITEV_BUFFERS), segment.size);
      this.#nextSequence = sequence + requests.length;
      segment.lastSequence = this.#nextSequence - 1;
      await syncData(segment.fd);
    } catch (error) {
      // After a failed sync the kernel may have dropped pages it now calls clean: this segment is not written to again.
      this.#giveUp(segment, before);
      throw error;
    }
    if (segment.size >= SEGMENT_BYTES) this.#closeSegment();
  }

  /** Forgets what is covered: deletes the segments whose records all have sequences up to `covered`. */
  drop(covered: number): void {
    const open = this.#open;
    if (open && open.lastSequence <= covered && open.size > SEGMENT_BYTES / 2) this.#closeSegment();
    const [gone, kept] = [
      this.#closed.filter((s) => s.lastSequence <= covered),
      this.#closed.filter((s) => s.lastSequence > covered),
    ];
    this.#closed = kept;
    for (const { path } of gone) unlinkSync(path);
  }

  /** @param covered as for drop; with everything covered the journal's directory is empty afterwards. */
  close(covered: number): void {
    this.#closeSegment();
    this.drop(covered);
  }

  #segment() {
    if (this.#open) return this.#open;
    const path = join(this.#directory, segmentName(this.#nextSequence));
    const fd = openSync(path, "wx");
    try {
      writeAll(fd, [encodeSegmentHeader(this.#signal)], 0);
      syncDirectory(this.#directory);
    } catch (error) {
      closeSync(fd);
      unlinkSync(path);
      throw error;
    }
    return (this.#open = { path, fd, size: SEGMENT_HEADER_BYTES, lastSequence: this.#nextSequence - 1 });
  }

  #closeSegment(): void {
    if (!this.#open) return;
    closeSync(this.#open.fd);
    this.#closed.push(this.#open);
    this.#open = undefined;
  }

  #giveUp(segment: { fd: number; size: number }, size: number): void {
    try {
      ftruncateSync(segment.fd, size);
    } finally {
      this.#closeSegment();
    }
  }
}

/** A name that sorts by the first sequence. */
export function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(16, "0")}.journal`;
}

export function listSegments(directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  return readdirSync(directory)
    .filter((name) => name.endsWith(".journal"))
    .sort()
    .map((name) => join(directory, name));
}

/** Makes a created or renamed file's name durable. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes all buffers at `position` and returns their length; a short write goes on where it stopped. */
function writeAll(fd: number, buffers: readonly Uint8Array[], position: number): number {
  let left = buffers;
  let total = 0;
  while (left.length > 0) {
    let written = writevSync(fd, left, position + total);
    total += written;
    const rest: Uint8Array[] = [];
    for (const buffer of left) {
      if (written >= buffer.length) written -= buffer.length;
      else {
        rest.push(buffer.subarray(written));
        written = 0;
      }
    }
    left = rest;
  }
  return total;
}
