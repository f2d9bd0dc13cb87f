/**
 * The journal of one signal: what makes an acknowledgement durable. Requests are written as they came in and synced in groups,
 * one fdatasync in flight at a time: all that was written before it began is covered by it. A crash replays what no sealed block
 * covers yet; a torn tail is cut. Knows nothing of blocks: the store tells it up to which sequence it may forget.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { reach } from "../fault-points.ts";
import { DISK, type JournalFiles } from "./journal-files.ts";
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

interface Segment {
  readonly path: string;
  lastSequence: number;
}

/** Injectable for tests. */
export interface JournalOptions {
  readonly files?: JournalFiles;
  readonly segmentBytes?: number;
}

export class Journal {
  readonly #directory: string;
  readonly #signal: JournalSignal;
  readonly #files: JournalFiles;
  readonly #segmentBytes: number;
  readonly #closed: Segment[];
  #open: (Segment & { readonly fd: number; size: number }) | undefined;
  #nextSequence: number;

  /**
   * @param nextSequence larger than any sequence in the journal or in a sealed block
   * @param left segments of an earlier life that are still needed, with their last sequences
   */
  constructor(
    directory: string,
    signal: JournalSignal,
    nextSequence: number,
    left: readonly Segment[],
    { files = DISK, segmentBytes = SEGMENT_BYTES }: JournalOptions = {},
  ) {
    this.#directory = directory;
    this.#signal = signal;
    this.#nextSequence = nextSequence;
    this.#closed = [...left];
    this.#files = files;
    this.#segmentBytes = segmentBytes;
    files.createDirectory(directory);
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
    const { size, lastSequence } = segment;
    const sequence = this.#nextSequence;
    const buffers = requests.flatMap((request, i) => [
      encodeRecordHeader({ ...request, sequence: sequence + i }),
      request.body.bytes,
    ]);
    // A sequence is not given out twice, whatever becomes of the record.
    this.#nextSequence = sequence + requests.length;
    try {
      reach("journal.write");
      for (let i = 0; i < buffers.length; i += WRITEV_BUFFERS)
        segment.size += writeAll(this.#files, segment.fd, buffers.slice(i, i + WRITEV_BUFFERS), segment.size);
      segment.lastSequence = this.#nextSequence - 1;
      reach("journal.sync");
      await this.#files.sync(segment.fd);
      reach("journal.acknowledge");
    } catch (error) {
      // After a failed sync the kernel may have dropped pages it now calls clean: this segment is not written to again.
      this.#giveUp(segment, size, lastSequence);
      throw error;
    }
    if (segment.size >= this.#segmentBytes) this.#closeSegment();
  }

  /** Forgets what is covered: deletes the segments whose records all have sequences up to `covered`. */
  drop(covered: number): void {
    for (const segment of this.#coveredBy(covered)) {
      this.#files.remove(segment.path);
      this.#closed.splice(this.#closed.indexOf(segment), 1);
    }
  }

  /** The same without holding this thread. What cannot be deleted is tried again with the next call. */
  async dropBeside(covered: number): Promise<void> {
    const gone = this.#coveredBy(covered);
    for (const segment of gone) this.#closed.splice(this.#closed.indexOf(segment), 1);
    for (const segment of gone) {
      try {
        await this.#files.removeBeside(segment.path);
      } catch (error) {
        this.#closed.push(...gone.slice(gone.indexOf(segment)));
        throw error;
      }
    }
  }

  /** @param covered as for drop; with everything covered the journal's directory is empty afterwards. */
  close(covered: number): void {
    this.#closeSegment();
    this.drop(covered);
  }

  #coveredBy(sequence: number): Segment[] {
    const open = this.#open;
    if (open && open.lastSequence <= sequence && open.size > this.#segmentBytes / 2) this.#closeSegment();
    return this.#closed.filter((segment) => segment.lastSequence <= sequence);
  }

  #segment() {
    if (this.#open) return this.#open;
    const path = join(this.#directory, segmentName(this.#nextSequence));
    const fd = this.#files.create(path);
    try {
      writeAll(this.#files, fd, [encodeSegmentHeader(this.#signal)], 0);
      this.#files.syncDirectory(this.#directory);
    } catch (error) {
      this.#files.close(fd);
      this.#files.remove(path);
      throw error;
    }
    return (this.#open = { path, fd, size: SEGMENT_HEADER_BYTES, lastSequence: this.#nextSequence - 1 });
  }

  #closeSegment(): void {
    if (!this.#open) return;
    this.#files.close(this.#open.fd);
    this.#closed.push(this.#open);
    this.#open = undefined;
  }

  /** Cuts the segment back to what counts, and writes no more to it. Where nothing counts it goes. */
  #giveUp(segment: Segment & { fd: number }, size: number, lastSequence: number): void {
    segment.lastSequence = lastSequence;
    this.#open = undefined;
    const isEmpty = size === SEGMENT_HEADER_BYTES;
    if (!isEmpty) this.#closed.push(segment);
    try {
      this.#files.truncate(segment.fd, size);
    } finally {
      this.#files.close(segment.fd);
      if (isEmpty) this.#files.remove(segment.path);
    }
  }
}

/** A name that sorts by the first sequence. */
function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(16, "0")}.journal`;
}

export function firstSequenceOf(path: string): number {
  return parseInt(basename(path), 10);
}

export function listSegments(directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  return readdirSync(directory)
    .filter((name) => name.endsWith(".journal"))
    .sort()
    .map((name) => join(directory, name));
}

/** Writes all buffers at `position` and returns their length; a short write goes on where it stopped. */
function writeAll(files: JournalFiles, fd: number, buffers: readonly Uint8Array[], position: number): number {
  let left = buffers;
  let total = 0;
  while (left.length > 0) {
    let written = files.write(fd, left, position + total);
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
