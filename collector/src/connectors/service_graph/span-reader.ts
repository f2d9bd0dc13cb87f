/**
 * What a service graph reads of a span beside its columns: the service, who it calls, the database, the queue, and the dimensions; all as
 * numbers of texts. Looks at attributes only once a span.
 */
import { BYTES, decodeText, ProtoReader } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import { canonicalKey } from "../../model/semconv.ts";
import { SPAN_KIND_CLIENT, SPAN_KIND_CONSUMER, type SpanBatch } from "../../model/span-batch.ts";
import { anyValueText, locateKeyValue } from "../../wire/otlp/attribute-text.ts";
import { resourceAttributes } from "../../wire/otlp/attributes-of.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { AttributeKeys } from "../series/attribute-keys.ts";
import { ResourceFacts } from "../series/resource-facts.ts";
import { ABSENT } from "../series/series-table.ts";
import type { TextTable } from "../series/text-table.ts";

/** Names of queues and topics, and of what they are in. */
const QUEUE_ATTRIBUTES = ["messaging.destination.name", "messaging.system"];
const PORT_ATTRIBUTE = "server.port";
/** Beyond so many names, those of series included, new ones are taken for none. */
const MOST_TEXTS = 262_144;
/** Links of a span that are looked at. */
const MOST_LINKS = 128;
/** AnyValue.int_value. */
const INT_TAG = 0x18;
/** Texts kept by key. */
const RECENT = 32;
/** Field of Span, and fields of Link. */
const LINKS = 13;
const LINK_TRACE = 1;
const LINK_SPAN = 2;

interface Facts {
  readonly service: number;
  readonly database: number;
  readonly dimensions: readonly number[];
}

export interface SpanReaderOptions {
  readonly peers: readonly string[];
  readonly databases: readonly string[];
  readonly dimensions: readonly string[];
}

export class SpanReader {
  /** Of the span read last: text numbers, ABSENT where there is none. */
  service = ABSENT;
  peer = ABSENT;
  database = ABSENT;
  queue = ABSENT;
  /** Of the peer. */
  port = ABSENT;
  readonly dimensions: Uint32Array;
  readonly #options: SpanReaderOptions;
  readonly #keys: AttributeKeys;
  /** By key and a hash of the value's ends: the text that was met there last, which is most likely this one's; -1 = none. */
  readonly #recent: Int32Array;
  /** By key: the bytes of the small number that was met last, and its text. */
  readonly #numbers: Int32Array;
  readonly #numberTexts: Int32Array;
  /** Places among the keys: a name that is asked for in several roles is looked for once. */
  readonly #peers: readonly number[];
  readonly #databases: readonly number[];
  readonly #queues: readonly number[];
  readonly #port: number;
  readonly #dimensionKeys: readonly number[];
  readonly #facts = new ResourceFacts((resource) => this.#decode(resource));
  #texts: TextTable | undefined;

  constructor(options: SpanReaderOptions) {
    this.#options = options;
    const { peers, databases, dimensions } = options;
    const keys = [...new Set([...peers, ...databases, ...QUEUE_ATTRIBUTES, PORT_ATTRIBUTE, ...dimensions])];
    const placesOf = (names: readonly string[]) => names.map((name) => keys.indexOf(name));
    this.#keys = new AttributeKeys(keys);
    this.#peers = placesOf(peers);
    this.#databases = placesOf(databases);
    this.#queues = placesOf(QUEUE_ATTRIBUTES);
    this.#port = keys.indexOf(PORT_ATTRIBUTE);
    this.#dimensionKeys = placesOf(dimensions);
    this.dimensions = new Uint32Array(dimensions.length);
    this.#recent = new Int32Array(keys.length * RECENT).fill(-1);
    this.#numbers = new Int32Array(keys.length).fill(-1);
    this.#numberTexts = new Int32Array(keys.length);
  }

  /** To be called with each batch; a table of texts made anew makes everything be read anew. */
  begin(batch: SpanBatch, texts: TextTable): void {
    if (texts !== this.#texts) {
      this.#texts = texts;
      this.#facts.forget();
      this.#recent.fill(-1);
      this.#numbers.fill(-1);
    }
    this.#facts.begin(batch.groups);
  }

  /**
   * Peer and database of a client's span, the queue of a messaging one; a database is no peer.
   * @param hasNames whether these matter
   */
  read(batch: SpanBatch, span: number, hasNames: boolean): void {
    const kind = batch.kind[span];
    const facts = this.#facts.of(batch.group[span]);
    this.service = facts.service;
    this.peer = this.port = this.database = this.queue = ABSENT;
    const { dimensions } = this;
    if (!hasNames && dimensions.length === 0) return;
    this.#keys.searchSpan(batch, span);
    for (let d = 0; d < dimensions.length; d++) {
      const found = this.#value(this.#dimensionKeys[d]);
      dimensions[d] = found === ABSENT ? facts.dimensions[d] : found;
    }
    if (!hasNames) return;
    if (kind === SPAN_KIND_CLIENT) {
      this.database = this.#firstOf(this.#databases);
      if (this.database === ABSENT) this.database = facts.database;
    } else this.queue = this.#firstOf(this.#queues);
    if (kind !== SPAN_KIND_CONSUMER && this.database === ABSENT) this.peer = this.#firstOf(this.#peers);
    if (kind === SPAN_KIND_CLIENT && this.peer !== ABSENT) this.port = this.#value(this.#port);
  }

  /** Where the ids lie that a span's links name: trace id, span id, trace id, …; those of another length left out. */
  links({ bytes, restStart, restOffset, restLength }: SpanBatch, span: number): number[] {
    const ids: number[] = [];
    for (let r = restStart[span]; r < restStart[span + 1]; r++) {
      const reader = new ProtoReader(bytes, restOffset[r], restOffset[r] + restLength[r]);
      while (reader.next() && ids.length < MOST_LINKS * 2) {
        if (reader.field !== LINKS || reader.wire !== BYTES) continue;
        let [trace, id] = [NONE, NONE];
        const link = reader.message();
        while (link.next()) {
          if (link.field === LINK_TRACE && link.valueLength === 16) trace = link.valueStart;
          else if (link.field === LINK_SPAN && link.valueLength === 8) id = link.valueStart;
        }
        if (trace !== NONE && id !== NONE) ids.push(trace, id);
      }
    }
    return ids;
  }

  text(value: string): number {
    const bytes = Buffer.from(value);
    return this.#texts ? orAbsent(this.#texts.text(bytes, 0, bytes.length, this.#mayAdd())) : ABSENT;
  }

  #firstOf(keys: readonly number[]): number {
    for (let k = 0; k < keys.length; k++) {
      const text = this.#value(keys[k]);
      if (text !== ABSENT) return text;
    }
    return ABSENT;
  }

  #value(key: number): number {
    const { source, starts, ends } = this.#keys;
    const texts = this.#texts;
    const start = starts[key];
    if (start < 0 || !texts) return ABSENT;
    const end = ends[key];
    const isNumber = source[start] === INT_TAG && end - start <= 4;
    const number = isNumber ? numberOf(source, start + 1, end) : 0;
    if (isNumber && this.#numbers[key] === number) return this.#numberTexts[key];
    // The length, and two bytes of the text: names of one kind differ in these, and a wrong guess costs a look-up.
    const place = key * RECENT + (((source[start + 1] * 5) ^ source[start + 2] ^ (source[end - 1] * 3)) & (RECENT - 1));
    const recent = this.#recent[place];
    if (recent >= 0 && texts.isValue(recent, source, start, end)) return recent;
    const text = texts.value(source, start, end, this.#mayAdd());
    this.#recent[place] = text;
    if (isNumber && text >= 0) {
      this.#numbers[key] = number;
      this.#numberTexts[key] = text;
    }
    return orAbsent(text);
  }

  #mayAdd(): boolean {
    return (this.#texts?.size ?? 0) < MOST_TEXTS;
  }

  #decode(resource: Uint8Array): Facts {
    const values = new Map<string, string>();
    resourceAttributes(resource, (bytes, start, end) => {
      const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
      const key = canonicalKey(decodeText(bytes, keyStart, keyEnd));
      if (!values.has(key)) values.set(key, anyValueText(bytes, valueStart, valueEnd));
    });
    const text = (key: string) => {
      const value = values.get(canonicalKey(key));
      return value === undefined ? ABSENT : this.text(value);
    };
    const { databases, dimensions } = this.#options;
    return {
      service: this.text(resourceNames(resource).service),
      database: databases.map(text).find((each) => each !== ABSENT) ?? ABSENT,
      dimensions: dimensions.map(text),
    };
  }
}

/** Two or three bytes of a varint as one number: not what it says, but another for each. */
function numberOf(source: Uint8Array, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end; i++) bytes = (bytes << 8) | source[i];
  return bytes;
}

function orAbsent(text: number): number {
  return text < 0 ? ABSENT : text;
}
