/**
 * Streams and entries of a Loki push -> log records. Both encodings feed it; it says what an entry means: labels -> resource, structured
 * metadata -> attributes, ids and level where they belong, and counts what cannot be taken. Order is kept within a stream.
 */
import { parseHex } from "../../base/hex.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { severityNumberOf } from "../../model/log-severity.ts";
import { severityOfLine } from "../logs/detect-level.ts";
import { LogRequestWriter, type LogRecord } from "../logs/request-writer.ts";
import type { Labels } from "./stream-labels.ts";
import { isLevelKey, levelIn, streamFacts, type StreamFacts } from "./stream-resource.ts";

export interface PushOptions {
  /** Of arrival, Unix nanoseconds: the observed time of entries without a time of their own. */
  readonly now: bigint;
  /** Entries keep the time that they say; else all are of now. */
  readonly useEntryTime: boolean;
}

export interface PushRequest {
  readonly batch: LogBatch;
  /** Entries that cannot be taken. */
  readonly rejected: number;
  /** Why, of the first one; "" = none was refused. */
  readonly message: string;
}

/** In any case, with or without underscore. */
const TRACE_KEYS: ReadonlySet<string> = new Set(["trace_id", "traceid", "trace.id"]);
const SPAN_KEYS: ReadonlySet<string> = new Set(["span_id", "spanid", "span.id"]);
/** Beyond this the time is after the year 2262, or before 1970. */
const LATEST_TIME = 2n ** 63n;

export class PushRecords {
  readonly #writer = new LogRequestWriter();
  readonly #options: PushOptions;
  #add: ((record: LogRecord) => void) | undefined;
  #facts: StreamFacts | undefined;
  #rejected = 0;
  #message = "";

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** Begins a stream; the entries that follow are its. As in Loki one without labels is not taken. */
  stream(labels: Labels): void {
    this.#facts = undefined;
    if (labels.length === 0) return;
    this.#facts = streamFacts(labels);
    const { resource } = this.#facts;
    this.#add = this.#writer.resource(JSON.stringify(resource), () => resource);
  }

  /** @param line UTF-8 @param time Unix nanoseconds */
  entry(time: bigint, line: Uint8Array, metadata: Labels): void {
    if (!this.#facts || !this.#add) return this.#refuse("error at least one label pair is required per stream");
    if (time < 0n || time >= LATEST_TIME)
      return this.#refuse(`cannot take an entry at ${time}: expected nanoseconds since 1970`);
    const own = this.#options.useEntryTime ? time : 0n;
    const { attributes, traceId, spanId, ownLevel } = this.#metadataOf(metadata);
    const level = ownLevel || this.#facts.level;
    this.#add({
      time: own,
      // Only without a time of its own: a push that is sent again is then the same, and recognised.
      observedTime: own === 0n ? this.#options.now : 0n,
      severityNumber: level === "" ? severityOfLine(line) : severityNumberOf(level),
      severityText: level,
      text: line,
      attributes,
      traceId,
      spanId,
    });
  }

  finish(): PushRequest {
    return { batch: this.#writer.finish(), rejected: this.#rejected, message: this.#message };
  }

  #metadataOf(metadata: Labels): Pick<LogRecord, "traceId" | "spanId"> & { attributes: Labels; ownLevel: string } {
    const { ofRecords } = this.#facts as StreamFacts;
    if (metadata.length === 0) return { attributes: ofRecords, ownLevel: "" };
    const attributes = [...ofRecords];
    let traceId: Uint8Array | undefined;
    let spanId: Uint8Array | undefined;
    for (const pair of metadata) {
      const [name, value] = pair;
      const key = name.toLowerCase();
      if (!traceId && TRACE_KEYS.has(key) && (traceId = parseId(value, 16))) continue;
      if (!spanId && SPAN_KEYS.has(key) && (spanId = parseId(value, 8))) continue;
      if (key === "detected_level") continue;
      const same = isLevelKey(name) ? attributes.findIndex(([other]) => other === name) : -1;
      if (same >= 0) attributes[same] = pair;
      else attributes.push(pair);
    }
    return { attributes, traceId, spanId, ownLevel: levelIn(metadata) };
  }

  #refuse(message: string): void {
    this.#rejected++;
    if (this.#message === "") this.#message = message;
  }
}

/** Hexadecimal and not zero; of 64-bit trace ids the upper half is zero. */
function parseId(text: string, size: number): Uint8Array | undefined {
  const padded = size === 16 && text.length === 16 ? text.padStart(32, "0") : text;
  if (padded.length !== size * 2 || /^0+$/.test(padded)) return undefined;
  return parseHex(padded);
}
