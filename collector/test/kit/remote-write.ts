/**
 * Remote-write messages as plain objects <-> bytes, both versions, from their schemas: slow, and sharing nothing with the code under test but
 * the way protobuf's fields are walked.
 * Absent = the default; repeated numbers are packed.
 */
import { compress } from "snappyjs";
import { BYTES, FIXED64, ProtoReader, VARINT } from "../../src/base/protobuf.ts";

type Kind = "string" | "double" | "uint64" | "int64" | "sint64" | Schema;
interface Schema {
  readonly [name: string]: readonly [field: number, kind: Kind, repeated?: "repeated"];
}

const LABEL: Schema = { name: [1, "string"], value: [2, "string"] };
const SPAN: Schema = { offset: [1, "sint64"], length: [2, "uint64"] };
const HISTOGRAM: Schema = {
  countInt: [1, "uint64"],
  countFloat: [2, "double"],
  sum: [3, "double"],
  schema: [4, "sint64"],
  zeroThreshold: [5, "double"],
  zeroCountInt: [6, "uint64"],
  zeroCountFloat: [7, "double"],
  negativeSpans: [8, SPAN, "repeated"],
  negativeDeltas: [9, "sint64", "repeated"],
  negativeCounts: [10, "double", "repeated"],
  positiveSpans: [11, SPAN, "repeated"],
  positiveDeltas: [12, "sint64", "repeated"],
  positiveCounts: [13, "double", "repeated"],
  resetHint: [14, "uint64"],
  timestamp: [15, "int64"],
  customValues: [16, "double", "repeated"],
  startTimestamp: [17, "int64"],
};
const SAMPLE: Schema = { value: [1, "double"], timestamp: [2, "int64"], startTimestamp: [3, "int64"] };
const V1_REQUEST: Schema = {
  timeseries: [
    1,
    {
      labels: [1, LABEL, "repeated"],
      samples: [2, SAMPLE, "repeated"],
      exemplars: [3, { labels: [1, LABEL, "repeated"], value: [2, "double"], timestamp: [3, "int64"] }, "repeated"],
      histograms: [4, HISTOGRAM, "repeated"],
    },
    "repeated",
  ],
  metadata: [
    3,
    { type: [1, "uint64"], metricFamilyName: [2, "string"], help: [4, "string"], unit: [5, "string"] },
    "repeated",
  ],
};
const V2_REQUEST: Schema = {
  symbols: [4, "string", "repeated"],
  timeseries: [
    5,
    {
      labelsRefs: [1, "uint64", "repeated"],
      samples: [2, SAMPLE, "repeated"],
      histograms: [3, HISTOGRAM, "repeated"],
      exemplars: [
        4,
        { labelsRefs: [1, "uint64", "repeated"], value: [2, "double"], timestamp: [3, "int64"] },
        "repeated",
      ],
      metadata: [5, { type: [1, "uint64"], helpRef: [3, "uint64"], unitRef: [4, "uint64"] }],
      createdTimestamp: [6, "int64"],
    },
    "repeated",
  ],
};

export type PlainMessage = Record<string, any>;

export const encodeV1 = (request: PlainMessage): Uint8Array => encode(V1_REQUEST, request);
export const encodeV2 = (request: PlainMessage): Uint8Array => encode(V2_REQUEST, request);
export const decodeV2 = (bytes: Uint8Array): PlainMessage => decode(V2_REQUEST, Buffer.from(bytes));
export const snappy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(compress(Uint8Array.from(bytes)));

/** {__name__: "up", job: "x"} as 1.0's labels. */
export const v1Labels = (labels: Readonly<Record<string, string>>): PlainMessage[] =>
  Object.entries(labels).map(([name, value]) => ({ name, value }));

/**
 * What a 2.0 request says, a line for each thing: `up{job="x"} 1 @1000 from 5`, `… histogram {"count":1}`, `… exemplar {a="b"} 1 @5`,
 * `… counter "help" "unit"`.
 */
export function describeV2(bytes: Uint8Array): string[] {
  const { symbols = [], timeseries = [] } = decodeV2(bytes);
  const labelsOf = (refs: number[] = []) => {
    const pairs = refs.map((ref) => symbols[ref] as string);
    return pairs.flatMap((name, i) => (i % 2 === 0 ? [`${name}=${JSON.stringify(pairs[i + 1])}`] : [])).join(",");
  };
  const time = ({ timestamp = 0n, startTimestamp }: PlainMessage) =>
    `@${timestamp}${startTimestamp === undefined ? "" : ` from ${startTimestamp}`}`;
  return timeseries.flatMap((series: PlainMessage) => {
    const name = `{${labelsOf(series.labelsRefs)}}`;
    const { metadata } = series;
    return [
      ...(series.samples ?? []).map((sample: PlainMessage) => `${name} ${sample.value ?? 0} ${time(sample)}`),
      ...(series.histograms ?? []).map(
        ({ timestamp, startTimestamp, ...rest }: PlainMessage) =>
          `${name} ${JSON.stringify(rest, (_, value) => (typeof value === "bigint" ? Number(value) : value))} ${time({ timestamp, startTimestamp })}`,
      ),
      ...(series.exemplars ?? []).map(
        (exemplar: PlainMessage) =>
          `${name} # {${labelsOf(exemplar.labelsRefs)}} ${exemplar.value ?? 0} ${time(exemplar)}`,
      ),
      ...(metadata
        ? [
            `${name} is ${metadata.type ?? 0} ${JSON.stringify(symbols[Number(metadata.helpRef ?? 0)])} ${JSON.stringify(symbols[Number(metadata.unitRef ?? 0)])}`,
          ]
        : []),
    ];
  });
}

function encode(schema: Schema, message: PlainMessage): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(message)) {
    const [field, kind, repeated] = schema[name];
    const packed = repeated && typeof kind === "string" && kind !== "string";
    if (packed) parts.push(bytesOf(field, Buffer.concat((value as unknown[]).map((each) => scalar(kind, each)))));
    else for (const each of repeated ? (value as unknown[]) : [value]) parts.push(one(field, kind, each));
  }
  return Buffer.concat(parts);
}

function one(field: number, kind: Kind, value: any): Buffer {
  if (typeof kind === "object") return bytesOf(field, encode(kind, value));
  if (kind === "string") return bytesOf(field, Buffer.from(value));
  return Buffer.concat([varint(BigInt(field * 8 + (kind === "double" ? 1 : 0))), scalar(kind, value)]);
}

function scalar(kind: Exclude<Kind, Schema>, value: any): Buffer {
  if (kind === "double") {
    const bytes = Buffer.alloc(8);
    if (Number.isNaN(value)) bytes.writeBigUInt64LE(0x7ff8000000000001n);
    else bytes.writeDoubleLE(value);
    return bytes;
  }
  const whole = BigInt(value);
  return varint(BigInt.asUintN(64, kind === "sint64" ? (whole << 1n) ^ (whole >> 63n) : whole));
}

function bytesOf(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  const out: number[] = [];
  for (; value > 0x7fn; value >>= 7n) out.push(Number(value & 0x7fn) | 0x80);
  out.push(Number(value));
  return Buffer.from(out);
}

/** Fields that are unknown, or not of their schema's wire type, are left out, as protobuf has it. */
function decode(schema: Schema, bytes: Buffer): PlainMessage {
  const message: PlainMessage = {};
  const fields = new Map(
    Object.entries(schema).map(([name, [field, kind, repeated]]) => [field, { name, kind, repeated }]),
  );
  const reader = new ProtoReader(bytes);
  while (reader.next()) {
    const { name, kind, repeated } = fields.get(reader.field) ?? {
      name: "",
      kind: "string" as Kind,
      repeated: undefined,
    };
    if (name === "") continue;
    const values = valuesOf(reader, kind, repeated !== undefined);
    if (repeated) message[name] = [...((message[name] ?? []) as unknown[]), ...values];
    else if (values.length > 0) message[name] = values.at(-1);
  }
  return message;
}

function valuesOf(reader: ProtoReader, kind: Kind, repeated: boolean): unknown[] {
  const part = Buffer.from(reader.view());
  if (typeof kind === "object") return reader.wire === BYTES ? [decode(kind, part)] : [];
  if (kind === "string") return reader.wire === BYTES ? [part.toString()] : [];
  if (kind === "double") {
    if (reader.wire !== FIXED64 && !(reader.wire === BYTES && repeated)) return [];
    return Array.from({ length: part.length / 8 }, (_, i) => part.readDoubleLE(i * 8));
  }
  if (reader.wire !== VARINT && !(reader.wire === BYTES && repeated)) return [];
  const values: unknown[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of part) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    const whole = BigInt.asUintN(64, value);
    if (kind === "sint64") values.push((whole >> 1n) ^ -(whole & 1n));
    else values.push(kind === "int64" ? BigInt.asIntN(64, whole) : Number(whole));
    [value, shift] = [0n, 0n];
  }
  return values;
}
