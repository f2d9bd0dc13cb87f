/** Groups -> `exceptions`: a counter for each fingerprint, and one for what has no place. */
import type { LogBatch } from "../../model/log-batch.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { FINGERPRINT_LABEL } from "../../model/exceptions/exception-record.ts";
import { encodeKeyValue } from "../../wire/otlp/any-value.ts";
import { Exemplars } from "../series/exemplars.ts";
import { MetricRequest, type MetricHead, type Point } from "../series/metric-request.ts";
import { SeriesClock } from "../series/series-clock.ts";
import type { GroupSeries } from "./exception-group.ts";

const SCOPE = "exceptionsconnector";
const HEAD: MetricHead = { name: "exceptions", description: "Number of exceptions.", unit: "" };
const SERIES_PER_REQUEST = 2000;
/** Series that did not change are flushed this often: a reader looks back five minutes. */
const UNCHANGED_MILLIS = 60_000;

/** Who has a series. */
export interface Counted {
  series: GroupSeries | undefined;
  readonly service: string;
  /** Absent = it stands for all of the service that have no place. */
  readonly fingerprint?: string;
  readonly type?: string;
}

export class ExceptionSeries {
  readonly #clock = new SeriesClock();
  readonly #expirationMillis: number;
  readonly #counted = new Set<Counted>();

  /** @param expirationMillis 0 = never */
  constructor(expirationMillis: number) {
    this.#expirationMillis = expirationMillis;
  }

  get size(): number {
    return this.#counted.size;
  }

  nowMillis(): number {
    return this.#clock.nowMillis();
  }

  /** @param index of the record that told of it: an exemplar where it has ids */
  count(of: Counted, now: number, { bytes, traceId, spanId }: SpanBatch | LogBatch, index: number): void {
    let { series } = of;
    if (!series) {
      const start = this.#clock.startMillis();
      series = of.series = {
        startMillis: start,
        exemplars: new Exemplars(1),
        count: 0,
        countedMillis: now,
        flushedMillis: 0,
        flushedCount: 0,
      };
      this.#counted.add(of);
    }
    series.count++;
    series.countedMillis = now;
    const [trace, span] = [traceId[index], spanId[index]];
    if (trace !== NONE && span !== NONE) series.exemplars.offer(bytes, trace, span, 1, 0, now);
  }

  /** Ends the series of who is forgotten, with the next flush. */
  end(of: Counted): void {
    if (of.series) of.series.countedMillis = -Infinity;
  }

  collect(): MetricBatch[] {
    const timeMillis = this.#clock.flushMillis();
    const oldest = this.#expirationMillis > 0 ? timeMillis - this.#expirationMillis : 0;
    const points: (Point & { readonly value: number })[] = [];
    for (const each of this.#counted) {
      const series = each.series as GroupSeries;
      const isEnd = series.countedMillis < oldest;
      if (!isEnd && series.count === series.flushedCount && timeMillis - series.flushedMillis < UNCHANGED_MILLIS)
        continue;
      series.flushedMillis = timeMillis;
      series.flushedCount = series.count;
      const { startMillis, count, exemplars } = series;
      points.push({
        attributes: labelsOf(each),
        startMillis,
        timeMillis,
        exemplars: isEnd ? [] : exemplars.list.map((exemplar) => ({ ...exemplar, ids: exemplar.ids.slice() })),
        value: count,
        isEnd,
      });
      exemplars.clear();
      if (!isEnd) continue;
      this.#counted.delete(each);
      each.series = undefined;
    }
    return Array.from({ length: Math.ceil(points.length / SERIES_PER_REQUEST) }, (_, i) => {
      const request = new MetricRequest(SCOPE, "cumulative");
      request.resource([], () =>
        request.sums(HEAD, points.slice(i * SERIES_PER_REQUEST, (i + 1) * SERIES_PER_REQUEST)),
      );
      return request.finish();
    });
  }
}

function labelsOf({ service, fingerprint, type }: Counted): Uint8Array[] {
  const own = encodeKeyValue("service.name", service);
  if (fingerprint === undefined) return [own, encodeKeyValue("otel.metric.overflow", "true")];
  return [own, encodeKeyValue("exception.type", type ?? ""), encodeKeyValue(FINGERPRINT_LABEL, fingerprint)];
}
