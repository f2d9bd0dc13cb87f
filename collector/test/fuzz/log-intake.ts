/**
 * What senders of logs speak: a push to Loki says the same in both encodings, and what is taken from JSON is what a full parser sees in it; of
 * a bulk request each item is a record or has an error; syslog takes every byte, however the network cuts it.
 */
import { DecodeError, TooLargeError } from "../../src/base/errors.ts";
import { decodeBulk } from "../../src/wire/elasticsearch/bulk.ts";
import { decodePushJson } from "../../src/wire/loki/push-json.ts";
import { decodePushProtobuf } from "../../src/wire/loki/push-protobuf.ts";
import { parseStreamLabels } from "../../src/wire/loki/stream-labels.ts";
import { FrameCutter, type Framing } from "../../src/wire/syslog/frames.ts";
import { parseSyslog } from "../../src/wire/syslog/parse-syslog.ts";
import { LogRequestWriter } from "../../src/wire/logs/request-writer.ts";
import { addSyslogRecord } from "../../src/wire/syslog/syslog-record.ts";
import { wallClockOf, type WallClock } from "../../src/wire/syslog/wall-clock.ts";
import { describeLogs } from "../kit/describe-logs.ts";
import { encodePush, type LokiStream } from "../kit/loki-push.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const NOW = 1_800_000_000_000_000_000n;
const OPTIONS = { now: NOW, useEntryTime: true };
const TEXTS = [
  "",
  "x",
  'say "no" \\ {}',
  "é\u{1F600}",
  "a\nb\tc",
  "level=warn msg=x",
  '{"level":"error"}',
  "[info] y",
  "\u0000",
];
const JSON_WORDS = [
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\",
  ",",
  ":",
  "null",
  "\\u0000",
  "\\ud800",
  "1e5",
  "-1",
  " ",
  "{}",
  "[]",
  "true",
  "0x",
];

const NO_LABELS: Readonly<Record<string, string>> = {};

function randomStreams(random: Random): LokiStream[] {
  const metadata = () => ({
    [random.pick(["a", "trace_id", "spanId", "level", "é"])]: random.pick([...TEXTS, random.hex(16), random.hex(8)]),
  });
  return Array.from({ length: random.below(4) }, (): LokiStream => ({
    stream: random.chance(0.1)
      ? NO_LABELS
      : { [random.pick(["app", "level", "service_name"])]: random.pick(TEXTS), job: "j" },
    values: Array.from({ length: random.below(4) }, () => [
      String(random.below(2 ** 31) * 1e9 + random.below(1000)),
      random.pick(TEXTS),
      ...(random.chance(0.5) ? [metadata()] : []),
    ]) as unknown as LokiStream["values"],
  }));
}

export const lokiPush: FuzzTarget = {
  name: "loki-push",
  round(random) {
    const streams = randomStreams(random);
    const text = JSON.stringify({ streams });
    const json = decodePushJson(Buffer.from(text), OPTIONS);
    const protobuf = decodePushProtobuf(encodePush(streams), OPTIONS);
    if (JSON.stringify(describeLogs(json.batch)) !== JSON.stringify(describeLogs(protobuf.batch)))
      throw new Error(`the encodings differ: ${text}`);
    const entries = streams.reduce((sum, { values }) => sum + values.length, 0);
    if (json.batch.count + json.rejected !== entries || protobuf.rejected !== json.rejected)
      throw new Error("counted wrong");
    accepted(() => decodePushProtobuf(mutateBytes(random, encodePush(streams)), OPTIONS), DecodeError);
    const damaged = mutateText(random, text, JSON_WORDS);
    const taken = accepted(() => decodePushJson(Buffer.from(damaged), OPTIONS), DecodeError);
    if (taken) sameAsParser(damaged, taken.batch.count + taken.rejected);
    else if (damaged === text) throw new Error(`an undamaged push was refused: ${text}`);
    accepted(
      () => parseStreamLabels(mutateText(random, '{a="b\\n", c=`d`}', ['"', "`", "\\", ",", "{", "}", "="])),
      DecodeError,
    );
  },
};

/** A key that is there twice is another matter. */
function sameAsParser(text: string, count: number): void {
  let parsed: any;
  try {
    parsed = JSON.parse(Buffer.from(text).toString());
  } catch (error) {
    throw new Error(`taken, and no JSON: ${text}`, { cause: error });
  }
  if (
    ["streams", "values"].some(
      (key) => text.split(key).length > (key === "streams" ? 2 : (parsed.streams?.length ?? 0) + 1),
    )
  )
    return;
  const entries = (parsed.streams ?? []).reduce((sum: number, { values }: any) => sum + (values?.length ?? 0), 0);
  if (entries !== count) throw new Error(`${count} entries of ${entries}: ${text}`);
}

const BULK = `{"index":{"_index":"a","_id":"1"}}
{"@timestamp":"2026-03-01T12:34:56.123Z","message":"x","log":{"level":"warn"},"trace":{"id":"0af7651916cd43dd8448eb211c80319c"}}
{"create":{}}
{"a":{"b":[1,2.5,{"c":null}]},"host":"h","n":12345678901234567890}
{"delete":{"_id":"2"}}
{"update":{"_id":"3"}}
{"doc":{}}
`;

export const elasticsearchBulk: FuzzTarget = {
  name: "elasticsearch-bulk",
  round(random) {
    const bytes = random.chance(0.5)
      ? Buffer.from(mutateText(random, BULK, [...JSON_WORDS, "\n", "\r\n", '{"create":{}}\n']))
      : mutateBytes(random, Buffer.from(BULK));
    const options = { index: random.pick(["", "i"]), now: NOW, maxDocumentBytes: random.pick([10, 1000]) };
    const found = accepted(() => decodeBulk(bytes, options), DecodeError, TooLargeError);
    if (!found) return;
    const { batch, items } = found;
    if (items.filter(({ error }) => !error).length !== batch.count) throw new Error("counted wrong");
    describeLogs(batch);
  },
};

const SYSLOG = [
  '<165>1 2003-10-11T22:14:15.003Z host app 8710 ID47 [ex@1 iut="3" e="a\\"b\\]"][b] \ufeffAn entry',
  "<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed",
  "<13>2026-02-05T18:32:18+01:00 fe80::1 app: x",
  "no header at all",
];

export const syslogStreams: FuzzTarget = {
  name: "syslog",
  round(random) {
    const stream = mutateBytes(
      random,
      Buffer.concat(Array.from({ length: 1 + random.below(4) }, () => framed(random))),
    );
    const framing = random.pick(["auto", "lines", "octet_counting"] as const);
    const maxBytes = random.pick([20, 10_000]);
    const whole = cut([stream], framing, maxBytes);
    const again = cut(pieces(random, stream), framing, maxBytes);
    // A message that is too long is cut where it is found to be.
    if (maxBytes > stream.length && whole.join("\u0001") !== again.join("\u0001"))
      throw new Error(`cut otherwise in pieces: ${JSON.stringify(whole)} and ${JSON.stringify(again)}`);
    const clock = wallClockOf("UTC") as WallClock;
    const writer = new LogRequestWriter();
    for (const text of whole) {
      const bytes = Buffer.from(text, "latin1");
      if (bytes.length > maxBytes) throw new Error(`${bytes.length} bytes of ${maxBytes} allowed`);
      const protocol = random.pick(["auto", "rfc5424", "rfc3164"] as const);
      const message = parseSyslog(bytes, 0, bytes.length, { protocol, clock, now: NOW });
      if (!bytes.subarray(bytes.length - message.text.length).equals(message.text))
        throw new Error("a text that is not its end");
      addSyslogRecord(writer, message, { now: NOW, address: "", truncated: false });
    }
    const batch = writer.finish();
    if (batch.count !== whole.length) throw new Error("a message was lost");
    describeLogs(batch);
  },
};

function framed(random: Random): Uint8Array {
  const message = Buffer.from(random.pick(SYSLOG));
  return Buffer.concat(
    random.chance(0.5)
      ? [Buffer.from(`${message.length} `), message]
      : [message, Buffer.from(random.pick(["\n", "\r\n", "\0\n"]))],
  );
}

function pieces(random: Random, stream: Uint8Array): Uint8Array[] {
  const cutUp: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const size = 1 + random.below(30);
    cutUp.push(stream.subarray(at, at + size));
    at += size;
  }
  return cutUp;
}

function cut(parts: readonly Uint8Array[], framing: Framing, maxBytes: number): string[] {
  const messages: string[] = [];
  const cutter = new FrameCutter(framing, maxBytes, (bytes, start, end) =>
    messages.push(Buffer.from(bytes.subarray(start, end)).toString("latin1")),
  );
  accepted(() => {
    for (const part of parts) cutter.push(part);
    cutter.end();
  }, DecodeError);
  return messages;
}
