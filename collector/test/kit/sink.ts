/** A consumer that keeps what it is given, and answers as the test wants. */
import type { Consumer, Consumers, PartialSuccess } from "../../src/component/consumer.ts";
import type { LogBatch } from "../../src/model/log-batch.ts";
import type { MetricBatch } from "../../src/model/metric-batch.ts";
import type { SpanBatch } from "../../src/model/span-batch.ts";

type Answer = PartialSuccess | undefined | Error | Promise<PartialSuccess | undefined>;

export class Sink<B> implements Consumer<B> {
  readonly batches: B[] = [];
  /** Errors are thrown. */
  answer: (batch: B) => Answer = () => undefined;

  async consume(batch: B): Promise<PartialSuccess | undefined> {
    this.batches.push(batch);
    const answer = this.answer(batch);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** A sink for each signal, to be given as `next`. */
export interface Sinks extends Consumers {
  readonly traces: Sink<SpanBatch>;
  readonly logs: Sink<LogBatch>;
  readonly metrics: Sink<MetricBatch>;
}

export function createSinks(): Sinks {
  return { traces: new Sink(), logs: new Sink(), metrics: new Sink() };
}
