/** What the generator process is told and what it answers: the contract between the bench and `sender.ts`. */
import type { TraceFact } from "../workload/span-workload.ts";

export interface SenderOptions {
  readonly signal: "traces" | "logs";
  readonly protocol: "http" | "grpc";
  readonly encoding: "protobuf" | "json";
  readonly gzip: boolean;
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Records a second, sent when they are due whatever the answers do (open loop); 0 = as fast as answers come (closed loop). */
  readonly rate: number;
  /** Longest run. */
  readonly seconds: number;
  /** Records to send, rounded up to whole rounds of the pool, refused ones again until they are taken; 0 = until the time is over. */
  readonly records: number;
  readonly perRequest: number;
  readonly poolRecords: number;
  readonly uniqueAttributes: boolean;
  /** Send the traces of 1,000, 10,000 and 100,000 spans, or the log needle, first. */
  readonly once: boolean;
  readonly seed: number;
  /** Start of the workload's clock as a decimal text of nanoseconds; "" = now. */
  readonly startUnixNano: string;
  /** The workload's clock: how many records it puts into a second of timestamps. */
  readonly clockRate: number;
  /** Bytes of requests that may be ready before they are sent. */
  readonly windowBytes: number;
  /** Facts about sent traces to return. */
  readonly samples: number;
}

export interface SenderResult {
  /** Acknowledged. */
  readonly records: number;
  readonly requests: number;
  readonly seconds: number;
  /** Answers that said "come back later": requests, and how many of them said when. */
  readonly refused: number;
  readonly refusedWithTime: number;
  /** Requests without an answer: their connection broke, so the records may be stored or not. */
  readonly unknown: number;
  readonly unknownRecords: number;
  /** Other answers, by status. */
  readonly failed: Readonly<Record<string, number>>;
  /** Requests of an open loop that were due and never sent since no connection was free. */
  readonly missed: number;
  readonly bytesSent: number;
  /** Milliseconds from when a request was due (closed loop: sent) to its acknowledgement. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** Share of one core that the generator itself took: near 1 the generator was the limit. */
  readonly generatorShare: number;
  readonly samples: readonly TraceFact[];
  readonly giants: readonly { readonly traceId: string; readonly spans: number }[];
}
