/**
 * What is noticed of records that a scanner took never throws, whatever they hold: it would be asked after they were stored. Stack traces
 * and lines as texts: bounded results, the same ones each time.
 */
import { DecodeError } from "../../src/base/errors.ts";
import { identifyException } from "../../src/model/exceptions/fingerprint.ts";
import { parseFrames } from "../../src/model/exceptions/stack-frames.ts";
import { planLogQuery } from "../../src/query/logs/plan/plan-query.ts";
import { groupShapes } from "../../src/query/patterns/group-shapes.ts";
import { patternQuery } from "../../src/query/patterns/pattern-query.ts";
import { ShapeTable } from "../../src/query/patterns/shape-table.ts";
import { exceptionInText } from "../../src/wire/exceptions/exception-text.ts";
import { decodeExceptionLog, eachExceptionLog } from "../../src/wire/exceptions/log-exceptions.ts";
import { decodeExceptionEvent, eachExceptionEvent } from "../../src/wire/exceptions/span-exceptions.ts";
import { scanLogs } from "../../src/wire/otlp/scan-logs.ts";
import { scanTraces } from "../../src/wire/otlp/scan-traces.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import { protobufPayload, workloadPayloads } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const STACKS = [
  "TypeError: x\n    at async Cart.add (file:///app/cart.js:10:5)\n    at /app/a.js:1:2",
  "a.B: x\n\tat c.D.e(D.java:1)\n\tat java.base/java.lang.Thread.run(Thread.java:829)\nCaused by: y",
  'Traceback (most recent call last):\n  File "/app/a.py", line 1, in add\nValueError: x',
  "goroutine 1 [running]:\nmain.add(0x1)\n\t/app/main.go:1 +0x1d\n",
  "System.E: x\n   at A.B.C(String d) in /src/C.cs:line 4",
  "/app/a.rb:1:in `add': x (E)\n\tfrom /app/b.rb:2:in 'B#c'",
  "#0 /app/a.php(4): A->b()\n#1 {main}",
  '{"msg":"order 17 of \\"x\\" failed","err":{"type":"E","stack":"E\\n    at a (/a.js:1:1)"}}',
];
const WORDS = [
  "\n",
  "    at ",
  "(",
  ")",
  ":1",
  '"',
  "{",
  "}",
  "\\",
  "@/",
  "#1 ",
  "\u001b[31m",
  "\ud800",
  "é",
  "\ue000",
  " in ",
];

export const exceptionRecords: FuzzTarget = {
  name: "exception-records",
  round(random) {
    const payload = (signal: "traces" | "logs") =>
      mutateBytes(random, protobufPayload(random, signal), workloadPayloads());
    const [traces, logs] = [payload("traces"), payload("logs")];
    const spans = accepted(() => scanTraces(traces), DecodeError)?.batch;
    if (spans) eachExceptionEvent(spans, (i, start, end) => void identify(decodeExceptionEvent(spans, i, start, end)));
    const records = accepted(() => scanLogs(logs), DecodeError)?.batch;
    if (!records) return;
    eachExceptionLog(records, true, (i) => void identify(decodeExceptionLog(records, i)));
    for (let i = 0; i < records.count; i++) decodeExceptionLog(records, i);
  },
};

export const exceptionTexts: FuzzTarget = {
  name: "exception-texts",
  round(random) {
    const text = damagedText(random);
    if (parseFrames(text).length > 100) throw new Error("more frames than are kept");
    const found = exceptionInText(text);
    const [once, again] = [identify(found), identify(found)];
    if (once !== again || !/^[0-9a-f]{16}$/.test(once)) throw new Error(`${once} and then ${again}`);
  },
};

export const linePatterns: FuzzTarget = {
  name: "line-patterns",
  round(random) {
    const lines = Array.from({ length: random.below(40) }, () => damagedText(random));
    const table = new ShapeTable(1 + random.below(30));
    const numbers = lines.map((line) => table.shapeOf(line));
    if (lines.some((line, i) => table.shapeOf(line) !== numbers[i])) throw new Error("a line has two shapes");
    const templates = groupShapes(table.shapes);
    const members = templates.flatMap((template) => template.members).sort((a, b) => a - b);
    if (members.some((member, i) => member !== i) || members.length !== table.shapes.length)
      throw new Error("a shape is in no template, or in two");
    // Each query can be read.
    for (const { shape } of templates) planLogQuery(patternQuery(shape, random.pick(WORDS)).text);
  },
};

function identify(found: { type: string; message: string; stacktrace: string }): string {
  return identifyException({ service: "s", ...found }).fingerprint;
}

function damagedText(random: Random): string {
  return mutateText(random, random.pick(STACKS), WORDS);
}
