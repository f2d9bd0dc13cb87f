/** The short way through JSON gives the same bytes as the long way, and is taken for what senders write. */
import { describe, expect, it } from "vitest";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../../../test/kit/fixtures.ts";
import { oracleEncode } from "../../../test/kit/oracle.ts";
import { Random } from "../../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../../test/kit/random-otlp.ts";
import { scanJson } from "./json-scanner.ts";
import { decodeJson, parseAndEncode } from "./json-to-protobuf.ts";
import { formatJson } from "./protobuf-to-json.ts";
import { quoteBigIntegers } from "./quote-big-integers.ts";
import { LOGS_REQUEST, METRICS_REQUEST, REQUESTS, TRACES_REQUEST, type MessageSpec } from "./schema.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const spans = (fields: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${fields}}]}]}]}`;
const attribute = (value: string) => spans(`"attributes":[{"key":"k","value":${value}}]`);
const point = (fields: string) =>
  `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{${fields}}]}}]}]}]}`;

/** Both ways agree, and the short one takes it. */
function isScanned(text: string | Uint8Array, spec: MessageSpec = TRACES_REQUEST): void {
  const body = typeof text === "string" ? utf8(text) : text;
  const scanned = scanJson(body, spec);
  expect(scanned, "the short way gave up").toBeDefined();
  expect(Buffer.from(scanned as Uint8Array).toString("hex")).toBe(
    Buffer.from(parseAndEncode(body, spec)).toString("hex"),
  );
}

const isLeftToTheLongWay = (text: string | Uint8Array) =>
  expect(scanJson(typeof text === "string" ? utf8(text) : text, TRACES_REQUEST), String(text)).toBeUndefined();

describe("scanJson", () => {
  it("takes random traces and logs, compact or spaced out", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed);
      for (const [signal, spec, request] of [
        ["traces", TRACES_REQUEST, randomTraces(random)],
        ["logs", LOGS_REQUEST, randomLogs(random)],
      ] as const) {
        const text = formatJson(oracleEncode(signal, request), spec);
        isScanned(text, spec);
        isScanned(JSON.stringify(JSON.parse(text), undefined, "\t").replaceAll(":", " : "), spec);
      }
    }
  });

  it.skipIf(!hasFixtures)(`takes what SDKs sent ${hasFixtures ? "" : NO_FIXTURES}`, () => {
    let taken = 0;
    for (const path of listFixtures("otlp/json", ".json")) {
      const body = readFixture(path);
      const signal = (["traces", "logs", "metrics"] as const).find((each) =>
        body.includes(`"resource${each === "traces" ? "Spans" : each === "logs" ? "Logs" : "Metrics"}"`),
      );
      if (signal === undefined) continue;
      const scanned = scanJson(body, REQUESTS[signal]);
      if (scanned === undefined) continue;
      taken++;
      expect(Buffer.from(scanned).equals(parseAndEncode(body, REQUESTS[signal])), path).toBe(true);
    }
    expect(taken).toBeGreaterThan(0);
  });

  it("takes every form that is common", () => {
    isScanned("{}");
    isScanned(' \r\n\t{ "resourceSpans" : [ ] , "x":{"a":[1,-2.5e-3,"\\u00e9\\n",true,false,null,{}]} } ');
    isScanned(spans(`"traceId":"5B8EFFF798038103D269B633813FC60c","spanId":"","parentSpanId":null,"name":null`));
    isScanned(spans(`"name":"","kind":0,"flags":4294967295,"status":{},"status_code":1,"droppedLinksCount":"7"`));
    for (const time of ["0", "999999999", "1000000000", "1544712660300000001", "18446744073709551615", "-0"]) {
      isScanned(spans(`"startTimeUnixNano":${time},"endTimeUnixNano":"${time}"`));
    }
    isScanned(spans(`"endTimeUnixNano":"00000000001544712660"`));
    for (const text of ["", "a", "abc", "abcd", "x".repeat(127), "x".repeat(128), "y".repeat(20_000), "ü😀"])
      isScanned(spans(`"name":${JSON.stringify(text)},"traceState":${JSON.stringify(text)}`));
    isScanned(spans(String.raw`"name":"\"\\\/\b\f\n\r\t\u0000\u007f\u00e9\u20ac\ud83d\ude00"`));
    isScanned(spans(String.raw`"name":"\ud83d","traceState":"\ude00\ud83dx\ud83d\u0041\ud83d\ud83d\ude00"`));
    isScanned(attribute(`{"stringValue":null}`));
    isScanned(attribute(`{"boolValue":false}`));
    isScanned(attribute(`{"bytesValue":"_-8"}`));
    isScanned(attribute(`{"arrayValue":{"values":[null,{},{"kvlistValue":{"values":[{"key":"k"}]}}]}}`));
    for (const int of ["0", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808", "-4294967296"]) {
      isScanned(attribute(`{"intValue":${int}}`));
      isScanned(attribute(`{"intValue":"${int}"}`));
    }
    const doubles = "0 -0 0.1 1.5 -2.25 123456789.123456 0.000000000000001 1e300 1E-7 2.5e+3 123456789012345678 5e-324";
    for (const double of doubles.split(" ")) {
      isScanned(attribute(`{"doubleValue":${double}}`));
      isScanned(attribute(`{"doubleValue":"${double}"}`));
    }
    for (const double of ["NaN", "Infinity", "-Infinity"]) isScanned(attribute(`{"doubleValue":"${double}"}`));
    isScanned(point(`"count":3,"sum":-0,"min":0,"bucketCounts":["1",2,0],"explicitBounds":[0,0.5]`), METRICS_REQUEST);
    isScanned(point(`"bucketCounts":[${Array.from({ length: 100_000 }, () => 1).join()}]`), METRICS_REQUEST);
  });

  it("leaves the rest to the long way", () => {
    isLeftToTheLongWay("");
    isLeftToTheLongWay("[]");
    isLeftToTheLongWay("{} x");
    isLeftToTheLongWay("\ufeff{}");
    isLeftToTheLongWay(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d));
    isLeftToTheLongWay(spans(`"name":"a","name":null`));
    isLeftToTheLongWay(spans(String.raw`"n\u0061me":"a"`));
    for (const json of [`01`, `1.0`, `1e3`, `-1`, `18446744073709551616`, `{"low":1,"high":2}`, `"1`, `"x"`, `true`])
      isLeftToTheLongWay(spans(`"startTimeUnixNano":${json}`));
    for (const json of [`"a\nb"`, `"\\x"`, `"\\u12g4"`, `5`, `"`, `"\\`, `[]`])
      isLeftToTheLongWay(spans(`"name":${json}`));
    for (const json of [`tru`, `nul`, `[1,]`, `{"a":1,}`, `{"a"}`, `{1:2}`, `1.`, `-`, `.5`, `1e`, `+1`, `"a`, ``])
      isLeftToTheLongWay(spans(`"unknown":${json}`));
    isLeftToTheLongWay(`{"x":${"[".repeat(200)}${"]".repeat(200)}}`);
    for (const whole of [spans(`"kind":2,"x":[1,{"a":"b"}]`), attribute(`{"intValue":"12"}`)])
      for (let length = 0; length < whole.length; length++) isLeftToTheLongWay(whole.slice(0, length));
  });
});

describe("the long way", () => {
  it("takes the last of equal keys, and odd numbers", () => {
    const decode = (fields: string) => formatJson(decodeJson(utf8(spans(fields)), TRACES_REQUEST), TRACES_REQUEST);
    expect(decode(`"name":"a","name":null`)).toBe(spans(""));
    expect(decode(`"name":"a","kind":1,"name":"b"`)).toBe(spans(`"name":"b","kind":1`));
    expect(decode(String.raw`"n\u0061me":"a","kind":1e0`)).toBe(spans(`"name":"a","kind":1`));
    expect(() => decode(`"kind":0000000000000001`)).toThrow(/cannot decode JSON/);
  });

  it("needs time in proportion to the text, whatever it holds", () => {
    // Each of these took minutes with an expression that tries every split.
    quoteBigIntegers(`{"a":1234567890123456,"${'\\"'.repeat(500_000)}`);
    expect(() => decodeJson(utf8(attribute(`{"doubleValue":"${"1".repeat(1_000_000)}x"}`)), TRACES_REQUEST)).toThrow(
      /expected a number/,
    );
  });
});
