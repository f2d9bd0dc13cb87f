/** One fingerprint as the connector keeps it: what is remembered in the store, and its series. */
import { formatHex, parseHex } from "../../base/hex.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { MOST_VERSIONS, type ExceptionRecord, type VersionSeen } from "../../model/exceptions/exception-record.ts";
import { Exemplars } from "../series/exemplars.ts";

/** An exception that was met. */
export interface Sighting {
  readonly service: string;
  readonly version: string | undefined;
  readonly source: "span" | "log";
  /** Unix nanoseconds. */
  readonly time: bigint;
  readonly type: string;
  readonly message: string;
  readonly stacktrace: string;
  /** The record that told of it: it may belong to a trace. */
  readonly batch: SpanBatch | LogBatch;
  readonly index: number;
}

/** What a group begins with. */
export type FirstSighting = Pick<Sighting, "service" | "type" | "message" | "source" | "time">;

/** Counts since its start. */
export interface GroupSeries {
  readonly startMillis: number;
  readonly exemplars: Exemplars;
  count: number;
  /** When it was counted last. */
  countedMillis: number;
  /** When it was flushed last, and how much it was then. */
  flushedMillis: number;
  flushedCount: number;
}

/** Texts that are kept, in characters. */
const MOST_MESSAGE = 500;
const MOST_TYPE = 200;
const MOST_CULPRIT = 300;

interface Version {
  readonly name: string;
  first: bigint;
  last: bigint;
}

export class ExceptionGroup {
  readonly fingerprint: string;
  readonly service: string;
  readonly type: string;
  readonly culprit: string;
  count = 0;
  first: bigint;
  last: bigint;
  /** Not what the store has. */
  isDirty = false;
  series: GroupSeries | undefined;
  #message: string;
  #source: Sighting["source"];
  /** 16 bytes of the example's trace id, 8 of its span id; as text only when it is asked for. */
  readonly #ids = new Uint8Array(24);
  #hasTrace = false;
  #hasSpan = false;
  #noticedAtMillis: number;
  #versions: Version[] = [];

  constructor(
    fingerprint: string,
    culprit: string,
    { service, type, message, source, time }: FirstSighting,
    now: number,
  ) {
    this.fingerprint = fingerprint;
    this.culprit = culprit.slice(0, MOST_CULPRIT);
    this.service = service;
    this.type = type.slice(0, MOST_TYPE);
    this.first = this.last = time;
    this.#message = message;
    this.#source = source;
    this.#noticedAtMillis = now;
  }

  static restore(record: ExceptionRecord): ExceptionGroup {
    const { fingerprint, service, type, message, culprit, source, noticedAtMillis } = record;
    const time = BigInt(record.firstSeenUnixNano);
    const group = new ExceptionGroup(fingerprint, culprit, { service, type, message, source, time }, noticedAtMillis);
    group.last = BigInt(record.lastSeenUnixNano);
    group.count = record.count;
    group.#hasTrace = record.traceId !== undefined;
    group.#hasSpan = record.spanId !== undefined;
    group.#ids.set(parseHex(record.traceId ?? "")?.subarray(0, 16) ?? []);
    group.#ids.set(parseHex(record.spanId ?? "")?.subarray(0, 8) ?? [], 16);
    group.#versions = record.versions.map(({ name, firstSeenUnixNano, lastSeenUnixNano }) => {
      return { name, first: BigInt(firstSeenUnixNano), last: BigInt(lastSeenUnixNano) };
    });
    return group;
  }

  /** True when it was never seen in this version. */
  add({ time, version, message, source, batch, index }: Omit<Sighting, "service" | "type" | "stacktrace">): boolean {
    this.count++;
    this.isDirty = true;
    if (time < this.first) this.first = time;
    const isNewest = time >= this.last;
    if (isNewest) {
      this.last = time;
      this.#message = message;
      this.#source = source;
    }
    // A newest one without a trace leaves the example that has one.
    if (batch.traceId[index] !== NONE && (isNewest || !this.#hasTrace)) this.#takeIds(batch, index);
    return version !== undefined && version !== "" && this.#addVersion(version, time);
  }

  get record(): ExceptionRecord {
    return {
      fingerprint: this.fingerprint,
      service: this.service,
      type: this.type,
      message: this.#message.slice(0, MOST_MESSAGE),
      culprit: this.culprit,
      count: this.count,
      firstSeenUnixNano: String(this.first),
      lastSeenUnixNano: String(this.last),
      noticedAtMillis: this.#noticedAtMillis,
      versions: this.#versions.map(({ name, first, last }): VersionSeen => ({
        name,
        firstSeenUnixNano: String(first),
        lastSeenUnixNano: String(last),
      })),
      source: this.#source,
      ...(this.#hasTrace && { traceId: formatHex(this.#ids, 0, 16) }),
      ...(this.#hasTrace && this.#hasSpan && { spanId: formatHex(this.#ids, 16, 8) }),
    };
  }

  #takeIds({ bytes, traceId, spanId }: SpanBatch | LogBatch, index: number): void {
    const [trace, span] = [traceId[index], spanId[index]];
    this.#hasTrace = true;
    this.#hasSpan = span !== NONE;
    for (let i = 0; i < 16; i++) this.#ids[i] = bytes[trace + i];
    if (span !== NONE) for (let i = 0; i < 8; i++) this.#ids[16 + i] = bytes[span + i];
  }

  #addVersion(name: string, time: bigint): boolean {
    const known = this.#versions.find((version) => version.name === name);
    if (!known) this.#versions.push({ name, first: time, last: time });
    else if (time > known.last) known.last = time;
    else if (time < known.first) known.first = time;
    if (this.#versions.length > 1) {
      this.#versions.sort((a, b) => (a.last === b.last ? 0 : a.last > b.last ? -1 : 1));
      this.#versions.length = Math.min(this.#versions.length, MOST_VERSIONS);
    }
    return known === undefined;
  }
}
