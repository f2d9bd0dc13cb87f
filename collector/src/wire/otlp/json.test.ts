import { describe, expect, it } from "vitest";
import { canonicalRecords, oracleDecode, oracleEncode } from "../../../test/kit/oracle.ts";
import { Random } from "../../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../../test/kit/random-otlp.ts";
import { encodeLogs, encodeTraces } from "./encode-batch.ts";
import { formatLogsJson, formatTracesJson } from "./json-pieces.ts";
import { scanLogs } from "./scan-logs.ts";
import { scanTraces } from "./scan-traces.ts";
import { decodeJson } from "./json-to-protobuf.ts";
import { formatJson } from "./protobuf-to-json.ts";
import { quoteBigIntegers } from "./quote-big-integers.ts";
import { LOGS_REQUEST, METRICS_REQUEST, TRACES_REQUEST } from "./schema.ts";

const text = (json: unknown) => new TextEncoder().encode(typeof json === "string" ? json : JSON.stringify(json));
const span = (fields: object) => ({ resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }] });

describe("OTLP JSON", () => {
  it("is equal to the protobuf encoding, both ways, for random traces and logs", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      for (const [signal, spec, request] of [
        ["traces", TRACES_REQUEST, randomTraces(random)],
        ["logs", LOGS_REQUEST, randomLogs(random)],
      ] as const) {
        const bytes = oracleEncode(signal, request);
        const again = decodeJson(text(formatJson(bytes, spec)), spec);
        expect(canonicalRecords(oracleDecode(signal, again)), `seed ${seed}`).toEqual(
          canonicalRecords(oracleDecode(signal, bytes)),
        );
      }
    }
  });

  it("keeps metrics of every type, bucket counts and signed exponents included", () => {
    const metrics = [
      {
        name: "h",
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ count: "3", sum: 0, bucketCounts: ["1", "0", "2"], explicitBounds: [0.5, 1], min: 0 }],
        },
      },
      {
        name: "e",
        exponentialHistogram: {
          dataPoints: [
            { scale: -2, zeroCount: "4", positive: { offset: -7, bucketCounts: ["1", "18446744073709551615"] } },
          ],
        },
      },
      { name: "g", gauge: { dataPoints: [{ asInt: "-5" }, { asDouble: 0 }] } },
      { name: "s", summary: { dataPoints: [{ quantileValues: [{ quantile: 0.5, value: 2 }] }] } },
    ];
    const request = { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
    const bytes = oracleEncode("metrics", request);
    expect(JSON.parse(formatJson(bytes, METRICS_REQUEST))).toEqual(request);
    expect(oracleDecode("metrics", decodeJson(text(request), METRICS_REQUEST))).toEqual(oracleDecode("metrics", bytes));
  });

  const check = (fields: object | string, expected: object) => {
    const json =
      typeof fields === "string" ? `{"resourceSpans":[{"scopeSpans":[{"spans":[${fields}]}]}]}` : span(fields);
    expect(JSON.parse(formatJson(decodeJson(text(json), TRACES_REQUEST), TRACES_REQUEST))).toEqual(span(expected));
  };

  it("takes the forms that SDKs in the wild send", () => {
    check({ traceId: "5B8EFFF798038103D269B633813FC60C" }, { traceId: "5b8efff798038103d269b633813fc60c" });
    check({ parentSpanId: "", name: null, status: null, attributes: [] }, {});
    check({ trace_id: "zz", unknown: { deep: [1] }, name: "n" }, { name: "n" });
    check(`{"startTimeUnixNano":1544712660300000001}`, { startTimeUnixNano: "1544712660300000001" });
    check({ startTimeUnixNano: { low: 1, high: 2 } }, { startTimeUnixNano: "8589934593" });
    check(
      { startTimeUnixNano: "0", endTimeUnixNano: "18446744073709551615" },
      { endTimeUnixNano: "18446744073709551615" },
    );
    const value = (given: unknown, expected: unknown) =>
      check({ attributes: [{ key: "k", value: given }] }, { attributes: [{ key: "k", value: expected }] });
    value({ intValue: 7 }, { intValue: "7" });
    value({ intValue: "2.0" }, { intValue: "2" });
    value({ intValue: "-9223372036854775808" }, { intValue: "-9223372036854775808" });
    value({ doubleValue: "NaN" }, { doubleValue: "NaN" });
    value({ doubleValue: "1.5" }, { doubleValue: 1.5 });
    value({ stringValue: "", doubleValue: null }, { stringValue: "" });
    value({ boolValue: false }, { boolValue: false });
    value({ bytesValue: "_-8" }, { bytesValue: "/+8=" });
    value({ arrayValue: { values: [null, { intValue: "1" }] } }, { arrayValue: { values: [{}, { intValue: "1" }] } });
    value({}, {});
    check(`{"attributes":[{"key":"k","value":{"intValue":9007199254740993}}]}`, {
      attributes: [{ key: "k", value: { intValue: "9007199254740993" } }],
    });
    check(`{"attributes":[{"key":"k","value":{"intValue":9007199254740993.0}}]}`, {
      attributes: [{ key: "k", value: { intValue: "9007199254740993" } }],
    });
  });

  it("takes strings of many megabytes beside bare long integers", () => {
    const long = 'a\\"\n'.repeat(2_000_000);
    check(`{"startTimeUnixNano":1544712660300000001,"name":${JSON.stringify(long)}}`, {
      startTimeUnixNano: "1544712660300000001",
      name: long,
    });
  });

  const refuse = (json: unknown, message: RegExp) =>
    expect(() => decodeJson(text(json), TRACES_REQUEST)).toThrow(message);

  it("refuses what it cannot read, and names the place", () => {
    refuse("{", /^cannot decode JSON: /);
    refuse("[]", /must be an object \(ExportTraceServiceRequest\), got an array/);
    refuse(
      span({ traceId: "W47/95gDgQPSabYzgT/GDA==" }),
      /resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[0\]\.traceId: expected an id in hexadecimal/,
    );
    refuse(
      span({ kind: "SPAN_KIND_SERVER" }),
      /spans\[0\]\.kind: expected an integer \(names of enum values are not allowed/,
    );
    refuse(span({ name: 5 }), /name: expected a string, got 5/);
    refuse(span({ startTimeUnixNano: "-1" }), /expected an integer from 0 to 18446744073709551615/);
    refuse(span({ startTimeUnixNano: 1.5 }), /expected an integer, got 1\.5/);
    refuse({ resourceSpans: {} }, /resourceSpans: expected an array, got an object/);
    refuse(span({ attributes: ["x"] }), /attributes\[0\]: expected an object, got "x"/);
    refuse(Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1").replace("ÿ", "\u0001"), /cannot decode JSON/);
  });
});

describe("OTLP JSON in pieces", () => {
  it("is, joined, the JSON of the whole", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const [traces, logs] = [randomTraces(random, { records: 600 }), randomLogs(random, { records: 600 })];
      const { batch } = scanTraces(oracleEncode("traces", traces));
      const pieces = [...formatTracesJson([batch])];
      expect(JSON.parse(pieces.join(""))).toEqual(JSON.parse(formatJson(encodeTraces([batch]), TRACES_REQUEST)));
      const lines = scanLogs(oracleEncode("logs", logs)).batch;
      expect(JSON.parse([...formatLogsJson([lines])].join(""))).toEqual(
        JSON.parse(formatJson(encodeLogs([lines]), LOGS_REQUEST)),
      );
    }
    expect([...formatTracesJson([])]).toEqual(['{"resourceSpans":[]}']);
  });

  it("comes in pieces of bounded size", () => {
    const span = (i: number) => ({
      traceId: new Uint8Array(16).fill(1),
      spanId: Buffer.from(i.toString(16).padStart(16, "0"), "hex"),
    });
    const request = {
      resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: 1000 }, (_, i) => span(i + 1)) }] }],
    };
    const pieces = [...formatTracesJson([scanTraces(oracleEncode("traces", request)).batch])];
    expect(pieces.length).toBe(4);
    expect(JSON.parse(pieces.join("")).resourceSpans[0].scopeSpans[0].spans.length).toBe(1000);
  });
});

describe("quoteBigIntegers", () => {
  const check = (input: string, expected: string) => expect(quoteBigIntegers(input)).toBe(expected);
  it("quotes bare long integers and nothing else", () => {
    check('{"a":12345678901234567}', '{"a":"12345678901234567"}');
    check('{"a":[-12345678901234567, 5]}', '{"a":["-12345678901234567", 5]}');
    check('{"a":"x: 12345678901234567","b":1}', '{"a":"x: 12345678901234567","b":1}');
    check(
      '{"a":"\\": 12345678901234567","b":12345678901234567}',
      '{"a":"\\": 12345678901234567","b":"12345678901234567"}',
    );
    check('{"a":12345678901234567.0,"b":"\\\\"}', '{"a":"12345678901234567.0","b":"\\\\"}');
    check('{"a":12345678901234567,"b":"x', '{"a":"12345678901234567","b":"x');
    check('{"a":12345678901234567.5,"b":12345678901234567e3}', '{"a":12345678901234567.5,"b":12345678901234567e3}');
  });
});
