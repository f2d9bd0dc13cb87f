/**
 * A decompressed remote-write request, 1.0 or 2.0 -> a batch of 2.0 bytes with everything in it that can be taken, and what could not, with
 * the first of it named. Which samples are too old or there already is the store's to say.
 */
import type { MetricBatch } from "../../model/metric-batch.ts";
import { checkRequest } from "./check-request.ts";
import { RequestTranscoder } from "./transcode-request.ts";

export type WriteVersion = "1.0" | "2.0";

export interface WriteRequest {
  readonly batch: MetricBatch;
  /** In the batch. */
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** Samples, histograms and exemplars that are not. */
  readonly rejected: number;
  /** Names the first of them and says why; "" when there is none. */
  readonly message: string;
}

/** For one thread; remembers what series are sent. */
export class WriteRequestDecoder {
  #transcoder: RequestTranscoder | undefined;

  /** @throws DecodeError when the bytes are no such request */
  decode(version: WriteVersion, bytes: Uint8Array): WriteRequest {
    const result =
      version === "1.0" ? (this.#transcoder ??= new RequestTranscoder()).transcode(bytes) : checkRequest(bytes);
    const { refusals, ...encoded } = result;
    const { samples, histograms, exemplars } = encoded;
    const count = samples + histograms;
    return {
      batch: { signal: "metrics", format: "remote_write", bytes: encoded.bytes, count },
      samples,
      histograms,
      exemplars,
      rejected: refusals.count,
      message: refusals.message,
    };
  }
}
