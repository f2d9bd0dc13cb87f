/**
 * Prometheus' formats: expositions parse or name a place inside the text; a snappy block is what an independent library makes of it, or
 * refused; what remote write lets through keeps its promises, also when it is read again.
 */
import { compress, uncompress } from "snappyjs";
import { DecodeError, TooLargeError } from "../../src/base/errors.ts";
import { ExpositionParser } from "../../src/wire/prometheus/exposition-parser.ts";
import { decompressSnappy } from "../../src/base/snappy.ts";
import { WriteRequestDecoder } from "../../src/wire/prometheus/write-request.ts";
import type { Random } from "../kit/random.ts";
import { decodeV2, encodeV1, encodeV2, v1Labels, type PlainMessage } from "../kit/remote-write.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import { workloadPayloads } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const TEXT = `# HELP a.b Say "it" \\\\ \\n
# TYPE a_seconds histogram
a_seconds_bucket{le="0.5",path="/x\\"y"} 17 1395066363000
a_seconds_sum 1e-3
{"utf-8.name", "é"="\\\\", b="c"} +Inf
`;
const OPEN_TEXT = `# TYPE a counter
# UNIT a seconds
a_total{b="c"} 5 1.5 # {trace_id="x"} 0.25 1.25
a_created{b="c"} 1.5e9
# EOF
`;
const WORDS = [
  "{",
  "}",
  '"',
  "\\",
  ",",
  "=",
  " ",
  "\n",
  "#",
  "# EOF",
  "NaN",
  "1e999",
  "-",
  "__name__",
  "\u0000",
  "\ud800",
  "\r",
];

export const expositions: FuzzTarget = {
  name: "expositions",
  round(random) {
    const isOpen = random.chance(0.5);
    const text = mutateText(random, isOpen ? OPEN_TEXT : TEXT, WORDS);
    const parser = new ExpositionParser(text, isOpen ? "openmetrics" : "text");
    try {
      for (let entries = 0; ; entries++) {
        const kind = parser.next();
        if (!kind) return;
        if (entries > text.length) throw new Error("more entries than characters");
        if (kind === "sample") checkLabels(parser.labels());
      }
    } catch (error) {
      const found = /at line (\d+), column (\d+): /.exec((error as Error).message);
      if (!(error instanceof DecodeError) || !found) throw new Error(`of ${JSON.stringify(text)}`, { cause: error });
      const line = text.split("\n")[Number(found[1]) - 1];
      if (line === undefined || Number(found[2]) < 1 || Number(found[2]) > line.length + 1)
        throw new Error(`${error.message}: outside of ${JSON.stringify(text)}`, { cause: error });
    }
  },
};

function checkLabels(labels: readonly string[]): void {
  for (let i = 0; i < labels.length; i += 2) {
    if (i > 0 && labels[i - 2] >= labels[i]) throw new Error(`labels out of order: ${labels.join(" ")}`);
    if (labels[i] === "" || labels[i + 1] === "") throw new Error(`an empty label: ${labels.join(" ")}`);
  }
}

export const snappyBlocks: FuzzTarget = {
  name: "snappy",
  round(random) {
    const plain = Uint8Array.from(random.pick(workloadPayloads()).subarray(0, 1 + random.below(60_000)));
    const packed = compress(plain);
    const bytes = mutateBytes(random, packed);
    const mostBytes = random.pick([1, plain.length - 1, plain.length, 1_000_000]);
    const out = accepted(() => decompressSnappy(bytes, mostBytes), DecodeError, TooLargeError);
    if (out && out.length > mostBytes) throw new Error(`${out.length} bytes of ${mostBytes} allowed`);
    if (out && Buffer.compare(out, uncompress(bytes)) !== 0) throw new Error("not what another reader sees");
    if (!out && mostBytes >= plain.length && Buffer.compare(bytes, packed) === 0)
      throw new Error("an undamaged block was refused");
  },
};

const decoder = new WriteRequestDecoder();

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && Buffer.compare(one, other) === 0);
}

export const remoteWrite: FuzzTarget = {
  name: "remote-write",
  round(random) {
    const version = random.pick(["1.0", "2.0"] as const);
    const bytes = mutateBytes(random, version === "1.0" ? randomV1(random) : randomV2(random));
    const result = accepted(() => decoder.decode(version, bytes), DecodeError);
    const fresh = accepted(() => new WriteRequestDecoder().decode(version, bytes), DecodeError);
    if (result?.message !== fresh?.message || !isSame(result?.batch.bytes, fresh?.batch.bytes))
      throw new Error("what was met before changes what a request becomes");
    if (!result) return;
    const { batch, samples, histograms } = result;
    if (batch.count !== samples + histograms) throw new Error("counted wrong");
    const again = decoder.decode("2.0", batch.bytes);
    if (again.rejected > 0 || again.batch.bytes !== batch.bytes) throw new Error(`not canonical: ${again.message}`);
    if (again.samples !== samples || again.histograms !== histograms) throw new Error("another number when read again");
    const { symbols = [""], timeseries = [] } = decodeV2(batch.bytes);
    for (const { labelsRefs = [] } of timeseries as PlainMessage[])
      checkLabels((labelsRefs as number[]).map((ref) => symbols[ref] as string));
  },
};

function randomV1(random: Random): Uint8Array {
  const label = () => ({
    name: random.pick(["a", "b", "__name__", "", "é"]),
    value: random.pick(["x", "", "long".repeat(40)]),
  });
  return encodeV1({
    timeseries: Array.from({ length: random.below(4) }, () => ({
      labels: random.chance(0.7) ? v1Labels({ __name__: "m", a: "1" }) : Array.from({ length: random.below(4) }, label),
      samples: [{ value: random.next(), timestamp: random.chance(0.9) ? random.below(2 ** 31) : random.uint64() }],
      ...(random.chance(0.3) && { histograms: [randomHistogram(random)] }),
      ...(random.chance(0.3) && { exemplars: [{ labels: [label()], value: 1, timestamp: -5 }] }),
    })),
    metadata: [{ type: random.below(9), metricFamilyName: random.pick(["m", ""]), help: "h", unit: "" }],
  });
}

function randomV2(random: Random): Uint8Array {
  const refs = () => Array.from({ length: random.below(7) }, () => random.below(9));
  return encodeV2({
    symbols: ["", "__name__", "m", "a", "b", "x", "\u0000", "é"],
    timeseries: Array.from({ length: random.below(4) }, () => ({
      labelsRefs: random.chance(0.7) ? [1, 2, 3, 5] : refs(),
      samples: [
        { value: 1, timestamp: random.uint64() },
        { value: 2, timestamp: 5 },
      ],
      ...(random.chance(0.3) && { histograms: [randomHistogram(random)] }),
      ...(random.chance(0.3) && { exemplars: [{ labelsRefs: refs(), value: 1 }] }),
      ...(random.chance(0.3) && { metadata: { type: 1, helpRef: random.below(9) } }),
    })),
  });
}

function randomHistogram(random: Random): PlainMessage {
  const length = random.below(4);
  const counts = Array.from({ length }, () => random.below(5));
  return {
    countInt: counts.reduce((sum, count) => sum + count, 0),
    schema: random.pick([0, 3, 8, -4, 9, -53]),
    positiveSpans: [{ offset: random.below(9) - 4, length }],
    positiveDeltas: counts.map((count, i) => count - (counts[i - 1] ?? 0)),
    timestamp: random.below(1000),
  };
}
