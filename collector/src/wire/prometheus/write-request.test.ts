import { describe, expect, it } from "vitest";
import { describeV2, encodeV1, encodeV2, v1Labels } from "../../../test/kit/remote-write.ts";
import { DecodeError } from "../../base/errors.ts";
import { WriteRequestDecoder, type WriteRequest, type WriteVersion } from "./write-request.ts";

/** Twice, and once by a decoder that has met other series: what a request becomes depends on nothing else. */
function decodeWriteRequest(version: WriteVersion, bytes: Uint8Array): WriteRequest {
  const decoder = new WriteRequestDecoder();
  const first = decoder.decode(version, bytes);
  expect(decoder.decode(version, bytes)).toEqual(first);
  expect(experienced.decode(version, bytes)).toEqual(first);
  return first;
}

const experienced = new WriteRequestDecoder();

const HISTOGRAM = {
  countInt: 6,
  sum: 18.4,
  schema: 1,
  zeroThreshold: 0.001,
  zeroCountInt: 1,
  positiveSpans: [
    { offset: -2, length: 2 },
    { offset: 1, length: 1 },
  ],
  positiveDeltas: [1, 1, -1],
  negativeSpans: [{ offset: 0, length: 1 }],
  negativeDeltas: [1],
  timestamp: 5,
};

/** The bytes inside a series that has a name. */
function v1Series(): Uint8Array {
  return encodeV1({ timeseries: [{ labels: v1Labels({ __name__: "m" }) }] }).subarray(2);
}

describe("remote write 1.0", () => {
  const read = (request: Record<string, unknown>) => {
    const { batch, ...rest } = decodeWriteRequest("1.0", encodeV1(request));
    return { ...rest, count: batch.count, lines: describeV2(batch.bytes) };
  };

  it("becomes 2.0: samples, exemplars, histograms, metadata", () => {
    expect(
      read({
        timeseries: [
          {
            labels: v1Labels({ __name__: "up", job: "a" }),
            samples: [{ value: 1, timestamp: 1000 }, { value: -0.5, timestamp: -7 }, { timestamp: 1_800_000_000_123 }],
          },
          {
            labels: v1Labels({ __name__: "up", job: "b" }),
            exemplars: [{ labels: v1Labels({ trace_id: "t" }), value: 2, timestamp: 9 }],
          },
          { labels: v1Labels({ __name__: "h" }), histograms: [HISTOGRAM] },
        ],
        metadata: [{ type: 1, metricFamilyName: "up", help: "Is it?", unit: "s" }, { metricFamilyName: "h" }],
      }),
    ).toEqual({
      samples: 3,
      histograms: 1,
      exemplars: 1,
      rejected: 0,
      message: "",
      count: 4,
      lines: [
        '{__name__="up",job="a"} 1 @1000',
        '{__name__="up",job="a"} -0.5 @-7',
        '{__name__="up",job="a"} 0 @1800000000123',
        '{__name__="up",job="b"} # {trace_id="t"} 2 @9',
        expect.stringMatching(/^\{__name__="h"\} \{"countInt":6,"sum":18.4.*\} @5$/),
        '{__name__="up"} is 1 "Is it?" "s"',
        '{__name__="h"} is 0 "" ""',
      ],
    });
  });

  it("knows a series by its labels, whatever stands behind them", () => {
    const labels = v1Labels({ __name__: "up", job: "a" });
    const sample = { value: 1, timestamp: 1000 };
    const many = Array.from({ length: 50 }, (_, i) => ({
      labels: v1Labels({ __name__: "up", job: `${i}` }),
      samples: [sample],
    }));
    read({ timeseries: [{ labels, samples: [sample] }, ...many] });
    const series = (values: Record<string, unknown>) =>
      read({ timeseries: [{ labels, ...values }, ...many.slice(7, 9)] });
    const rest = ['{__name__="up",job="7"} 1 @1000', '{__name__="up",job="8"} 1 @1000'];
    expect(series({ samples: [sample, { timestamp: 5 }, { value: 2 }, {}] })).toMatchObject({
      samples: 6,
      lines: [...[`1 @1000`, "0 @5", "2 @0", "0 @0"].map((each) => `{__name__="up",job="a"} ${each}`), ...rest],
    });
    expect(series({ samples: [{ ...sample, timestamp: 2n ** 60n }, { timestamp: -1 }] })).toMatchObject({
      samples: 3,
      rejected: 1,
      lines: ['{__name__="up",job="a"} 0 @-1', ...rest],
    });
    expect(series({ samples: [sample], histograms: [HISTOGRAM] })).toMatchObject({ samples: 3, histograms: 1 });
    expect(series({}).lines).toEqual(rest);
    // A field that 1.0 does not have and 2.0 does.
    expect(series({ samples: [{ ...sample, startTimestamp: 9 }] }).lines[0]).toBe('{__name__="up",job="a"} 1 @1000');
  });

  it("with labels that go on behind the samples is another series", () => {
    const bytes = (labels: Record<string, string>, values: Record<string, unknown> = {}) =>
      Buffer.from(encodeV1({ timeseries: [{ labels: v1Labels(labels), ...values }] })).subarray(2);
    const wrap = (body: Buffer) => Buffer.concat([Buffer.from([0x0a, body.length]), body]);
    const begin = bytes({ __name__: "up" }, { samples: [{ value: 1, timestamp: 9 }] });
    const { batch } = decodeWriteRequest(
      "1.0",
      Buffer.concat([wrap(begin), wrap(Buffer.concat([begin, bytes({ job: "b" })]))]),
    );
    expect(describeV2(batch.bytes)).toEqual(['{__name__="up"} 1 @9', '{__name__="up",job="b"} 1 @9']);
  });

  it("keeps the bits of a staleness marker", () => {
    const stale = Buffer.from("0200000000 00f07f".replaceAll(" ", ""), "hex");
    const plain = Buffer.from(
      encodeV1({ timeseries: [{ labels: v1Labels({ __name__: "a" }), samples: [{ value: 1.5, timestamp: 1 }] }] }),
    );
    const at = plain.indexOf(Buffer.from([0, 0, 0, 0, 0, 0, 0xf8, 0x3f]));
    stale.copy(plain, at);
    const { batch } = decodeWriteRequest("1.0", plain);
    expect(Buffer.from(batch.bytes).includes(stale)).toBe(true);
  });

  it("sorts labels and drops empty ones", () => {
    const labels = [
      { name: "b", value: "2" },
      { name: "a", value: "1" },
      { name: "gone", value: "" },
      { name: "__name__", value: "m" },
    ];
    expect(read({ timeseries: [{ labels, samples: [{ value: 1 }] }] }).lines).toEqual([
      '{__name__="m",a="1",b="2"} 1 @0',
    ]);
  });

  it("keeps what is right, counts what is not and names the first of it", () => {
    const check = (labels: unknown, message: RegExp, values: Record<string, unknown> = { samples: [{ value: 2 }] }) => {
      const good = { labels: v1Labels({ __name__: "good" }), samples: [{ value: 1, timestamp: 1 }] };
      const last = { labels: v1Labels({ __name__: "last" }), samples: [{ value: 1, timestamp: 1 }] };
      const result = read({ timeseries: [good, { labels, ...values }, last] });
      expect(result).toMatchObject({ samples: 2, count: 2, rejected: 1, message: expect.stringMatching(message) });
      expect(result.lines).toEqual(['{__name__="good"} 1 @1', '{__name__="last"} 1 @1']);
    };
    check(v1Labels({ a: "b" }), /^cannot take series \{a="b"\}: no metric name$/);
    check(v1Labels({ __name__: "" }), /no metric name/);
    check([], /series \{\}: no metric name/);
    check(
      [...v1Labels({ __name__: "m", x: "1" }), { name: "x", value: "2" }],
      /series m\{x="1", x="2"\}: label "x" twice/,
    );
    check([{ name: "x", value: "2" }, ...v1Labels({ __name__: "m", x: "1" })], /label "x" twice/);
    check(v1Labels({ __name__: "m", "": "1" }), /a label without a name/);
    check(v1Labels({ __name__: "m", a: "x\u0000" }), /a value of label "a" that is no valid UTF-8 text/);
    const time = { samples: [{ value: 1, timestamp: 2n ** 60n }] };
    check(v1Labels({ __name__: "m" }), /a sample of m\{\}: a timestamp out of range/, time);
    const histogram = (change: Record<string, unknown>) => ({ histograms: [{ ...HISTOGRAM, ...change }] });
    const m = v1Labels({ __name__: "m" });
    check(m, /a sample of m\{\}: a histogram with schema 9/, histogram({ schema: 9 }));
    check(m, /7 counts? in all|6 observations in its buckets and 7 in all/, histogram({ countInt: 7 }));
    check(m, /2 counts for spans of 3 in its positive buckets/, histogram({ positiveDeltas: [1, 1] }));
    check(m, /the count -1 in its positive buckets/, histogram({ positiveDeltas: [1, 1, -3] }));
    const spans = Array.from({ length: 65_537 }, () => ({ length: 0 }));
    check(m, /65539 spans, more than 65536/, histogram({ positiveSpans: [{ length: 2 }, { length: 1 }, ...spans] }));
    check(m, /a span that goes back/, histogram({ positiveSpans: [{ length: 2 }, { offset: -1, length: 1 }] }));
    check(m, /negative or zero buckets beside custom bounds/, histogram({ schema: -53, customValues: [1, 2] }));
    check(m, /custom bounds with an exponential schema/, histogram({ customValues: [1] }));
  });

  it("takes histograms of doubles and of custom bounds", () => {
    const custom = {
      countFloat: 3.5,
      schema: -53,
      positiveSpans: [{ length: 2 }],
      positiveCounts: [1, 2.5],
      customValues: [0.5],
      timestamp: 1,
    };
    const one = (histogram: Record<string, unknown>) =>
      read({ timeseries: [{ labels: v1Labels({ __name__: "m" }), histograms: [histogram] }] });
    expect(one(custom)).toMatchObject({ histograms: 1, rejected: 0 });
    expect(one({ ...custom, customValues: [] }).message).toMatch(/a bucket beyond its custom bounds/);
    expect(one({ ...custom, customValues: [2, 1] }).message).toMatch(/custom bounds that do not ascend/);
  });

  it("may be of no series at all", () => {
    expect(read({})).toMatchObject({ count: 0, rejected: 0, lines: [] });
    expect(read({ timeseries: [{ labels: v1Labels({ __name__: "m" }) }] }).lines).toEqual([]);
  });

  it("with a field of another wire type than its own is refused", () => {
    // A sample's timestamp as eight bytes; a label as a number.
    const sample = Buffer.from([0x11, 1, 0, 0, 0, 0, 0, 0, 0]);
    const series = Buffer.concat([Buffer.from(v1Series()), Buffer.from([0x12, sample.length]), sample]);
    const wrap = (bytes: Buffer) => Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
    expect(() => decodeWriteRequest("1.0", wrap(series))).toThrow(/wire type 1 of field 2/);
    expect(() => decodeWriteRequest("1.0", wrap(Buffer.from([0x08, 1])))).toThrow(/wire type 0 of field 1/);
  });

  it("that is cut is refused", () => {
    const bytes = encodeV1({ timeseries: [{ labels: v1Labels({ __name__: "m" }) }] });
    expect(() => decodeWriteRequest("1.0", bytes.subarray(0, -1))).toThrow(DecodeError);
  });
});

describe("remote write 2.0", () => {
  const symbols = ["", "__name__", "up", "job", "a", "b", "Is it?", "\u0000"];
  const read = (timeseries: unknown[], table: string[] = symbols) => {
    const bytes = encodeV2({ symbols: table, timeseries });
    const { batch, ...rest } = decodeWriteRequest("2.0", bytes);
    return { ...rest, same: batch.bytes === bytes, count: batch.count, lines: describeV2(batch.bytes) };
  };
  const good = { labelsRefs: [1, 2, 3, 4], samples: [{ value: 1, timestamp: 1000, startTimestamp: 5 }] };
  const line = '{__name__="up",job="a"} 1 @1000 from 5';

  it("is handed on as it is", () => {
    const all = {
      ...good,
      histograms: [HISTOGRAM],
      exemplars: [{ labelsRefs: [3, 5], value: 1, timestamp: 4 }],
      metadata: { type: 2, helpRef: 6 },
    };
    expect(read([all])).toMatchObject({ same: true, samples: 1, histograms: 1, exemplars: 1, count: 2, rejected: 0 });
    expect(read([{ labelsRefs: [1, 2], metadata: { type: 2, helpRef: 6 } }])).toMatchObject({
      same: true,
      count: 0,
      lines: ['{__name__="up"} is 2 "Is it?" ""'],
    });
  });

  it("is written anew where labels are out of order or something is left out, with everything else in it", () => {
    const bad = { labelsRefs: [3, 4], samples: [{ value: 1 }, { value: 2 }] };
    const unsorted = { labelsRefs: [3, 4, 5, 0, 1, 2], samples: [{ value: 3, timestamp: 3 }], metadata: { type: 1 } };
    const late = {
      ...good,
      samples: [
        { value: 9, timestamp: 2n ** 62n },
        { value: 4, timestamp: 4 },
      ],
    };
    expect(read([good, bad, unsorted, late, good])).toEqual({
      same: false,
      samples: 4,
      histograms: 0,
      exemplars: 0,
      count: 4,
      rejected: 3,
      message: 'cannot take series {job="a"}: no metric name',
      lines: [
        line,
        '{__name__="up",job="a"} 3 @3',
        '{__name__="up",job="a"} is 1 "" ""',
        '{__name__="up",job="a"} 4 @4',
        line,
      ],
    });
  });

  it("leaves out a series of which nothing can be taken", () => {
    expect(read([{ labelsRefs: [1, 2], samples: [{ timestamp: 2n ** 62n }] }]).lines).toEqual([]);
    expect(read([{ labelsRefs: [1, 7], samples: [{ value: 1 }] }])).toMatchObject({
      rejected: 1,
      message: expect.stringMatching(/value of label "__name__" that is no valid UTF-8/),
    });
  });

  it("that refers to nothing, or is 1.0, is refused", () => {
    const fails = (bytes: Uint8Array, message: RegExp) => {
      expect(() => decodeWriteRequest("2.0", bytes)).toThrow(DecodeError);
      expect(() => decodeWriteRequest("2.0", bytes)).toThrow(message);
    };
    fails(encodeV2({ symbols, timeseries: [{ labelsRefs: [1, 8] }] }), /a reference to symbol 8 of 8/);
    fails(encodeV2({ symbols: ["x"], timeseries: [] }), /does not begin with an empty one/);
    fails(encodeV2({ symbols, timeseries: [{ labelsRefs: [1, 2], metadata: { helpRef: 99 } }] }), /symbol 99/);
    fails(encodeV1({ timeseries: [{ labels: v1Labels({ __name__: "m" }) }] }), /looks like one of remote write 1.0/);
    expect(read([{ labelsRefs: [1], samples: [{ value: 1 }] }]).message).toMatch(/a label without a value/);
  });
});
