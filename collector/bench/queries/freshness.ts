/** From an acknowledged span to an answer that holds it: a single span is sent, and its trace asked for until it is there. */
import { setTimeout as sleep } from "node:timers/promises";
import { HttpConnection, type Address } from "../load/http-connection.ts";
import { quantile } from "../load/tally.ts";
import { singleSpanRequest } from "../workload/single-span.ts";
import type { QueryApi } from "./query-api.ts";

const LONGEST_MILLIS = 30_000;

export interface Freshness {
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

export async function measureFreshness(otlp: Address, api: QueryApi, count: number): Promise<Freshness> {
  const sender = new HttpConnection(otlp);
  const reader = new HttpConnection({ host: api.host, port: api.port });
  const millis: number[] = [];
  try {
    for (let n = 0; n < count; n++) {
      const { traceId, body } = singleSpanRequest();
      await postTraces(sender, body);
      const acknowledged = performance.now();
      for (;;) {
        const response = await reader.get(api.tracePath(traceId));
        const waited = performance.now() - acknowledged;
        if (response?.status === 200 && api.countSpans(response.body) === 1) {
          millis.push(waited);
          break;
        }
        if (waited > LONGEST_MILLIS) throw new Error(`an acknowledged span was not found within ${LONGEST_MILLIS} ms`);
        await sleep(1);
      }
    }
  } finally {
    sender.close();
    reader.close();
  }
  const sorted = Float64Array.from(millis).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), count };
}

/** Milliseconds to the acknowledgement. @throws Error when it is not taken */
export async function postTraces(connection: HttpConnection, body: Buffer): Promise<number> {
  const started = performance.now();
  const response = await connection.exchange(
    `POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${body.length}\r\n\r\n`,
    body,
  );
  if (response?.status !== 200) throw new Error(`cannot store a span: status ${response?.status ?? "none"}`);
  return performance.now() - started;
}
