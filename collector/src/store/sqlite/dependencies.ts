/** Calls between services: spans whose parent span belongs to another service, counted over skeleton batches. */
import { ByteInterner } from "../../base/byte-interner.ts";
import { NONE } from "../../model/record-batch.ts";
import { STATUS_ERROR, type SpanBatch } from "../../model/span-batch.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import type { DependencySummary } from "../store.ts";

/** The newest spans of the range that are looked at: 24 bytes each while counting. */
export const DEPENDENCY_SPANS = 200_000;

export function summarizeDependencies(batches: readonly SpanBatch[]): DependencySummary[] {
  const spans = new ByteInterner(0x1b873593, 4096, 65_536);
  const serviceOf: string[] = [];
  const key = new Uint8Array(24);
  const keyOf = (batch: SpanBatch, trace: number, span: number) => {
    key.set(batch.bytes.subarray(trace, trace + 16));
    key.set(batch.bytes.subarray(span, span + 8), 16);
    return key;
  };
  const services = batches.map((batch) => batch.groups.map(({ resource }) => resourceNames(resource).service));
  /** Resent spans count once. */
  const first = batches.map((batch) => new Uint8Array(batch.count));
  batches.forEach((batch, b) => {
    for (let i = 0; i < batch.count; i++) {
      const before = spans.size;
      const id = spans.intern(keyOf(batch, batch.traceId[i], batch.spanId[i]), 0, 24);
      first[b][i] = id === before ? 1 : 0;
      serviceOf[id] ??= services[b][batch.group[i]];
    }
  });
  const calls = new Map<string, DependencySummary & { callCount: number; errorCount: number }>();
  batches.forEach((batch, b) => {
    for (let i = 0; i < batch.count; i++) {
      if (first[b][i] === 0 || batch.parentSpanId[i] === NONE) continue;
      const parentId = spans.find(keyOf(batch, batch.traceId[i], batch.parentSpanId[i]), 0, 24);
      const child = services[b][batch.group[i]];
      const parent = serviceOf[parentId];
      if (parentId < 0 || parent === child) continue;
      const call = calls.get(`${parent}\0${child}`) ?? { parent, child, callCount: 0, errorCount: 0 };
      call.callCount++;
      if (batch.statusCode[i] === STATUS_ERROR) call.errorCount++;
      calls.set(`${parent}\0${child}`, call);
    }
  });
  return [...calls.values()].sort((a, b) => b.callCount - a.callCount);
}
