/**
 * Loki's push in JSON (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs) -> log records, in one pass over the
 * bytes: lines without escapes are copied as they are, and no object is made of a request of 64 MiB.
 *
 *   { "streams": [ { "stream": { name: value }, "values": [ [ "nanoseconds", "line", { name: value } ] ] } ] }
 */
import { isUtf8 } from "node:buffer";
import { DecodeError } from "../../base/errors.ts";
import { decodeText } from "../../base/protobuf.ts";
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  GIVE_UP,
  giveUp,
  JsonCursor,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLAIN,
  QUOTE,
} from "../otlp/json-cursor.ts";
import { PushRecords, type PushOptions, type PushRequest } from "./push-records.ts";
import type { Labels } from "./stream-labels.ts";

const NO_LABELS: Labels = [];
const DIGITS = /^-?\d{1,20}$/;

const cursor = new JsonCursor();

/** @throws DecodeError with the place. */
export function decodePushJson(body: Uint8Array, options: PushOptions): PushRequest {
  // Bytes that are no UTF-8 become U+FFFD, as they do in Loki.
  cursor.open(isUtf8(body) ? body : Buffer.from(new TextDecoder().decode(body)));
  const records = new PushRecords(options);
  try {
    members((key) => {
      if (key === "streams") items(() => readStream(records));
      else cursor.skip(0);
    });
    cursor.peek();
    if (cursor.pos !== cursor.length) giveUp();
  } catch (error) {
    if (error !== GIVE_UP) throw error;
    throw new DecodeError(
      `cannot decode JSON: something unexpected at byte ${Math.min(cursor.pos, cursor.length)}; expected {"streams": [{"stream": {"label": "value"}, "values": [["nanoseconds", "line"]]}]}`,
    );
  }
  return records.finish();
}

function readStream(records: PushRecords): void {
  let labels = NO_LABELS;
  let values = -1;
  members((key) => {
    if (key === "stream") labels = readPairs();
    else {
      if (key === "values") values = cursor.pos;
      cursor.skip(0);
    }
  });
  if (values < 0) return;
  // Read only now, since labels may stand behind them.
  const end = cursor.pos;
  records.stream(labels);
  cursor.pos = values;
  items(() => readEntry(records));
  cursor.pos = end;
}

function readEntry(records: PushRecords): void {
  cursor.take(OPEN_BRACKET);
  const time = readTime();
  cursor.take(0x2c);
  const line = readBytes();
  let metadata = NO_LABELS;
  while (cursor.more(CLOSE_BRACKET)) {
    if (cursor.peek() === OPEN_BRACE && metadata === NO_LABELS) metadata = readPairs();
    else cursor.skip(0);
  }
  records.entry(time, line, metadata);
}

/** Nanoseconds as a text, as Loki wants them, or as a number. */
function readTime(): bigint {
  const start = cursor.pos;
  const quoted = cursor.peek() === QUOTE;
  const text = quoted ? readText() : readNumber();
  if (DIGITS.test(text)) return BigInt(text);
  cursor.pos = start;
  return giveUp();
}

function readNumber(): string {
  const start = cursor.pos;
  cursor.number();
  return decodeText(cursor.bytes, start, cursor.pos);
}

/** An object of texts; numbers, true and false as they are written. null = none. */
function readPairs(): Labels {
  cursor.peek();
  if (cursor.takeNull()) return NO_LABELS;
  const pairs: [string, string][] = [];
  members((key) => {
    const start = cursor.pos;
    if (cursor.bytes[start] === QUOTE) return void pairs.push([key, readText()]);
    if (cursor.bytes[start] === OPEN_BRACE || cursor.bytes[start] === OPEN_BRACKET) giveUp();
    if (cursor.takeNull()) return;
    cursor.skip(0);
    pairs.push([key, decodeText(cursor.bytes, start, cursor.pos)]);
  });
  return pairs;
}

/** Calls `read` at the value of each member of an object. */
function members(read: (key: string) => void): void {
  cursor.take(OPEN_BRACE);
  if (cursor.peek() === CLOSE_BRACE) return void cursor.pos++;
  do {
    cursor.peek();
    const key = readText();
    cursor.colon();
    cursor.peek();
    read(key);
  } while (cursor.more(CLOSE_BRACE));
}

/** Calls `read` at each item of a list; null = none. */
function items(read: () => void): void {
  cursor.peek();
  if (cursor.takeNull()) return;
  cursor.take(OPEN_BRACKET);
  if (cursor.peek() === CLOSE_BRACKET) return void cursor.pos++;
  do {
    cursor.peek();
    read();
  } while (cursor.more(CLOSE_BRACKET));
}

function readText(): string {
  const text = readBytes();
  return decodeText(text, 0, text.length);
}

/** The string at the cursor in UTF-8: a view that is good until the next request, or bytes of its own when it has escapes. */
function readBytes(): Uint8Array {
  if (cursor.peek() !== QUOTE) giveUp();
  const { bytes, pos: start } = cursor;
  let end = start + 1;
  while (PLAIN[bytes[end]] === 1) end++;
  if (bytes[end] !== BACKSLASH) {
    cursor.plainString();
    return bytes.subarray(start + 1, end);
  }
  cursor.skip(0);
  return Buffer.from(JSON.parse(decodeText(bytes, start, cursor.pos)) as string);
}
