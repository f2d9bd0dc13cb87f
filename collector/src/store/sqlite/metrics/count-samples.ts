/** How many samples a journaled request has, by reading it as the store would: what tools tell of it, and whether it can be read. */
import type { Labels } from "../../../model/labels.ts";
import { MetricSamples } from "../../../wire/metrics/metric-samples.ts";
import { VERDICT, type SampleSink, type Verdict } from "../../../wire/metrics/sample-sink.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { batchOf } from "./open-metrics.ts";

class Counter implements SampleSink {
  count = 0;
  readonly #labels: Labels[] = [];

  seriesOf(labels: Labels): number {
    return this.#labels.push(labels) - 1;
  }

  labelsOf(series: number): Labels {
    return this.#labels[series];
  }

  sample(): Verdict {
    this.count++;
    return VERDICT.taken;
  }

  histogram(): Verdict {
    return this.sample();
  }

  exemplar(): void {}

  metadata(): void {}
}

/** @throws DecodeError when it cannot be decoded */
export function countSamples(record: JournalRecord): number {
  const counter = new Counter();
  new MetricSamples(counter).read(batchOf(record));
  return counter.count;
}
