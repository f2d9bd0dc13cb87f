/**
 * Exemplars as dots on a latency chart: the slowest of each stretch of time, so that those are seen that one wants to open. In: what
 * Prometheus' API tells; out: dots in milliseconds that lead to traces. Pure.
 */
export interface RawExemplars {
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

export interface ExemplarDot {
  /** trace id, or "trace id/span id" where the span is known. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly x: number;
  /** In the chart's unit. */
  readonly y: number;
  readonly tone: string;
}

/** `perSecond`: what a second is in the chart's unit. At most one dot in each of `columns` stretches of the range. Exemplars without a trace lead nowhere and are left out. */
export function exemplarDots(
  raw: readonly RawExemplars[],
  { start, end }: { readonly start: number; readonly end: number },
  columns: number,
  perSecond = 1000,
): ExemplarDot[] {
  const slowest = new Map<number, ExemplarDot>();
  for (const { labels, value, timestamp } of raw.flatMap(({ exemplars }) => exemplars)) {
    const { trace_id: traceId, span_id: spanId } = labels;
    const [x, y] = [timestamp * 1000, Number(value) * perSecond];
    if (!traceId || !(y > 0) || x < start || x > end) continue;
    const column = Math.floor(((x - start) / (end - start || 1)) * columns);
    if (y > (slowest.get(column)?.y ?? 0))
      slowest.set(column, { key: spanId ? `${traceId}/${spanId}` : traceId, x, y, tone: "brand" });
  }
  return [...slowest.values()].sort((a, b) => a.x - b.x);
}

export function splitExemplarKey(key: string): { traceId: string; spanId?: string } {
  const [traceId, spanId] = key.split("/");
  return { traceId, spanId };
}
