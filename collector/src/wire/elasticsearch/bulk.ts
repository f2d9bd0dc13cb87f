/**
 * Elasticsearch's bulk body (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk) -> log records, and what became of
 * each item: lines of JSON, an action and then, for all but delete, its document. Lines are cut by bytes and parsed one by one.
 *
 *   {"create":{"_index":"logs"}}\n{"@timestamp":"…","message":"…"}\n
 */
import { DecodeError, messageOf, TooLargeError } from "../../base/errors.ts";
import { decodeText } from "../../base/protobuf.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { LogRequestWriter } from "../logs/request-writer.ts";
import { quoteBigIntegers } from "../otlp/quote-big-integers.ts";
import { documentRecord } from "./document.ts";

const ACTIONS = ["index", "create", "update", "delete"] as const;
export type BulkAction = (typeof ACTIONS)[number];

export interface BulkError {
  readonly type: string;
  readonly reason: string;
}

export interface BulkItem {
  readonly action: BulkAction;
  readonly index: string;
  /** Undefined = the sender gave none. */
  readonly id: string | undefined;
  /** Undefined = its record is in the batch. */
  readonly error: BulkError | undefined;
}

export interface BulkRequest {
  readonly batch: LogBatch;
  /** In the order of the body; those without an error are the records, as many. */
  readonly items: readonly BulkItem[];
}

export interface BulkOptions {
  /** Of the URL, for items that name none; "" = none. */
  readonly index: string;
  /** Of arrival, Unix nanoseconds. */
  readonly now: bigint;
  /** A longer document is refused. */
  readonly maxDocumentBytes: number;
}

/** Senders put some thousands into a request; each has a place in the answer, too. */
const MOST_ITEMS = 100_000;
const LONGEST_ACTION = 64 * 1024;
/** Objects and lists of a document in each other: Elasticsearch's own bound. */
const MOST_DEPTH = 1000;
const LINE_FEED = 0x0a;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** @throws DecodeError when an action cannot be read, since nothing behind it has a meaning then. */
export function decodeBulk(bytes: Uint8Array, options: BulkOptions): BulkRequest {
  const writer = new LogRequestWriter();
  const items: BulkItem[] = [];
  const lines = new Lines(bytes);
  while (lines.next()) {
    if (lines.isBlank) continue;
    if (items.length === MOST_ITEMS)
      throw new TooLargeError(`cannot take more than ${MOST_ITEMS} items in a request; send smaller batches`);
    const action = readAction(lines, options.index);
    if (action.action !== "delete" && !lines.next())
      throw new DecodeError(
        `The bulk request must be terminated: line ${lines.number} has an action without its document`,
      );
    items.push({ ...action, error: addDocument(action, lines, writer, options) });
  }
  return { batch: writer.finish(), items };
}

function addDocument(
  { action, index }: Omit<BulkItem, "error">,
  lines: Lines,
  writer: LogRequestWriter,
  { now, maxDocumentBytes }: BulkOptions,
): BulkError | undefined {
  if (action === "update" || action === "delete")
    return { type: "illegal_argument_exception", reason: `cannot ${action}: logs are only added; use create or index` };
  if (lines.length > maxDocumentBytes)
    return {
      type: "document_parsing_exception",
      reason: `cannot take a document of ${lines.length} bytes; the limit is ${maxDocumentBytes} (max_document_size)`,
    };
  if (lines.isDeeperThan(MOST_DEPTH))
    return {
      type: "document_parsing_exception",
      reason: `cannot take a document that is nested more than ${MOST_DEPTH} deep`,
    };
  let document: unknown;
  try {
    document = JSON.parse(quoteBigIntegers(lines.text()));
  } catch (error) {
    return { type: "document_parsing_exception", reason: `cannot decode JSON: ${messageOf(error)}` };
  }
  if (!isObject(document))
    return { type: "document_parsing_exception", reason: "cannot take a document that is no JSON object" };
  const { resourceKey, resource, record } = documentRecord(document, index, now);
  writer.resource(resourceKey, resource)(record);
  return undefined;
}

function readAction(lines: Lines, defaultIndex: string): Omit<BulkItem, "error"> {
  const wrong = (what: string) => new DecodeError(`Malformed action/metadata line [${lines.number}], ${what}`);
  if (lines.length > LONGEST_ACTION) throw wrong(`of ${lines.length} bytes`);
  let line: unknown;
  try {
    line = JSON.parse(lines.text());
  } catch (error) {
    throw wrong(`cannot decode JSON: ${messageOf(error)}`);
  }
  const members = isObject(line) ? Object.entries(line) : [];
  const action = ACTIONS.find((each) => each === members[0]?.[0]);
  if (members.length !== 1 || action === undefined)
    throw wrong(`expected one of ${ACTIONS.join(", ")} with its metadata in braces`);
  const metadata = members[0][1] ?? {};
  if (!isObject(metadata)) throw wrong("expected START_OBJECT or END_OBJECT");
  const { _index: index = defaultIndex, _id: id } = metadata as Record<string, unknown>;
  if (typeof index !== "string" || index === "") throw wrong("index is missing");
  return { action, index, id: typeof id === "string" || typeof id === "number" ? String(id) : undefined };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lines of a text in UTF-8, without what ends them. */
class Lines {
  readonly #bytes: Uint8Array;
  #start = 0;
  #end = -1;
  /** Of the line that is looked at, from 1. */
  number = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** False at the end. The last line need not end. */
  next(): boolean {
    this.#start = this.#end + 1;
    if (this.#start >= this.#bytes.length) return false;
    const end = this.#bytes.indexOf(LINE_FEED, this.#start);
    this.#end = end < 0 ? this.#bytes.length : end;
    this.number++;
    return true;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get isBlank(): boolean {
    for (let i = this.#start; i < this.#end; i++) if (this.#bytes[i] > 0x20) return false;
    return true;
  }

  /** Whether JSON opens more objects and lists than so many in each other. */
  isDeeperThan(most: number): boolean {
    const bytes = this.#bytes;
    let depth = 0;
    for (let i = this.#start; i < this.#end; i++) {
      const byte = bytes[i];
      if (byte === QUOTE) {
        for (i++; i < this.#end && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
      }
      // [ and { differ in one bit, as do ] and }.
      else if ((byte | 0x20) === 0x7b && ++depth > most) return true;
      else if ((byte | 0x20) === 0x7d) depth--;
    }
    return false;
  }

  text(): string {
    return decodeText(this.#bytes, this.#start, this.#end);
  }
}
