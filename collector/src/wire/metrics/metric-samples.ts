/** A batch of metrics, whatever its form -> samples. Remembers series it has met: one for each sink. */
import type { MetricBatch } from "../../model/metric-batch.ts";
import { OtlpSamples } from "./otlp-samples.ts";
import { RemoteWriteSamples } from "./remote-write-samples.ts";
import type { SampleOutcome } from "./sample-rejections.ts";
import type { SampleSink } from "./sample-sink.ts";

export class MetricSamples {
  readonly #sink: SampleSink;
  #otlp: OtlpSamples;
  #remoteWrite: RemoteWriteSamples;

  constructor(sink: SampleSink) {
    this.#sink = sink;
    this.#otlp = new OtlpSamples(sink);
    this.#remoteWrite = new RemoteWriteSamples(sink);
  }

  /** Of what is remembered. */
  get sizeBytes(): number {
    return this.#otlp.sizeBytes + this.#remoteWrite.sizeBytes;
  }

  /** The sink's numbers of series are no longer valid, or the memory is wanted. */
  forget(): void {
    // Tables that are cleared keep their memory: they would be wanted back with every request.
    this.#otlp = new OtlpSamples(this.#sink);
    this.#remoteWrite = new RemoteWriteSamples(this.#sink);
  }

  /** @throws DecodeError when the bytes are malformed; samples before that place have then been handed over */
  read({ format, bytes }: MetricBatch): SampleOutcome {
    return format === "otlp" ? this.#otlp.read(bytes) : this.#remoteWrite.read(bytes);
  }
}
