/** One fingerprint as the connector keeps it: what is remembered in the store, and its series. */
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
  /** Lower-case hex; undefined = it belongs to no trace. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

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
  #traceId: string | undefined;
  #spanId: string | undefined;
  #noticedAtMillis: number;
  #versions: Version[] = [];

  constructor(fingerprint: string, culprit: string, { service, type, message, source, time }: Sighting, now: number) {
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
    const seen = { service, type, message, source, time, version: undefined, stacktrace: "" };
    const group = new ExceptionGroup(
      fingerprint,
      culprit,
      { ...seen, traceId: record.traceId, spanId: record.spanId },
      noticedAtMillis,
    );
    group.last = BigInt(record.lastSeenUnixNano);
    group.count = record.count;
    group.#traceId = record.traceId;
    group.#spanId = record.spanId;
    group.#versions = record.versions.map(({ name, firstSeenUnixNano, lastSeenUnixNano }) => {
      return { name, first: BigInt(firstSeenUnixNano), last: BigInt(lastSeenUnixNano) };
    });
    return group;
  }

  /** True when it was never seen in this version. */
  add({ time, version, message, source, traceId, spanId }: Sighting): boolean {
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
    if (traceId !== undefined && (isNewest || this.#traceId === undefined)) {
      this.#traceId = traceId;
      this.#spanId = spanId;
    }
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
      ...(this.#traceId === undefined ? {} : { traceId: this.#traceId, spanId: this.#spanId }),
    };
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
