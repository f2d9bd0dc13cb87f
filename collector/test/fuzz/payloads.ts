/** Real payloads to damage: the bench workload, random requests with everything OTLP allows, and fixture files where there are any. */
import { SpanWorkload } from "../../bench/workload/span-workload.ts";
import { formatJson } from "../../src/wire/otlp/protobuf-to-json.ts";
import { REQUESTS } from "../../src/wire/otlp/schema.ts";
import { listFixtures, readFixture } from "../kit/fixtures.ts";
import { oracleEncode, type OracleSignal } from "../kit/oracle.ts";
import { Random } from "../kit/random.ts";
import { randomLogs, randomTraces } from "../kit/random-otlp.ts";

export interface Payload {
  readonly signal: OracleSignal;
  readonly bytes: Uint8Array;
}

let workload: Uint8Array[] | undefined;

/** Small ones of the bench workload; a fixed start, so that the same seed damages the same bytes. */
export function workloadPayloads(): readonly Uint8Array[] {
  if (workload === undefined) {
    const { pool } = new SpanWorkload({
      seed: 3,
      form: "protobuf",
      poolSpans: 240,
      spansPerRequest: 6,
      uniqueAttributes: false,
      startUnixNano: 1_767_225_600_000_000_000n,
      spansPerSecond: 5e4,
      giants: false,
    });
    workload = Array.from({ length: 40 }, (_, n) => Uint8Array.from(pool.render(n)));
  }
  return workload;
}

const FIXTURES = { traces: "trace", logs: "logs", metrics: "metrics" };

export function protobufPayload(random: Random, signal: "traces" | "logs" | "metrics"): Uint8Array {
  const fixtures = listFixtures("otlp/protobuf", `${FIXTURES[signal]}.bin`);
  if (fixtures.length > 0 && random.chance(0.2)) return readFixture(random.pick(fixtures));
  if (signal === "metrics") return oracleEncode("metrics", METRICS);
  if (signal === "logs") return oracleEncode("logs", randomLogs(random, { records: 1 + random.below(8) }));
  if (random.chance(0.5)) return random.pick(workloadPayloads());
  return oracleEncode("traces", randomTraces(random, { records: 1 + random.below(8), invalid: 0.05 }));
}

export function jsonPayload(random: Random, signal: "traces" | "logs" | "metrics"): Uint8Array {
  const fixtures = listFixtures("otlp/json", `${FIXTURES[signal]}.json`);
  if (fixtures.length > 0 && random.chance(0.2)) return readFixture(random.pick(fixtures));
  const text = formatJson(protobufPayload(random, signal), REQUESTS[signal]);
  return Buffer.from(random.chance(0.2) ? JSON.stringify(JSON.parse(text), undefined, 1) : text);
}

const attributes = [{ key: "k", value: { stringValue: "v" } }];
const exemplars = [
  { timeUnixNano: "5", asInt: "-7", spanId: new Uint8Array(8).fill(1), filteredAttributes: attributes },
];
const buckets = { offset: -3, bucketCounts: ["1", "18446744073709551615"] };
const METRICS = {
  resourceMetrics: [
    {
      resource: { attributes },
      scopeMetrics: [
        {
          scope: { name: "library" },
          metrics: [
            { name: "gauge", gauge: { dataPoints: [{ attributes, asDouble: 0.1, exemplars }, { asInt: "-5" }] } },
            { name: "sum", sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asDouble: 1 }] } },
            {
              name: "h",
              histogram: { dataPoints: [{ count: "3", sum: 1, bucketCounts: ["1", "2"], explicitBounds: [1] }] },
            },
            { name: "e", exponentialHistogram: { dataPoints: [{ scale: -2, positive: buckets, negative: buckets }] } },
            { name: "s", summary: { dataPoints: [{ quantileValues: [{ quantile: 0.5, value: 2 }] }] } },
          ],
        },
      ],
    },
  ],
};
