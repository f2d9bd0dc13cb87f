/**
 * Field numbers of the remote-write messages: 1.0 (prometheus.WriteRequest,
 * https://github.com/prometheus/prometheus/blob/main/prompb) and 2.0 (io.prometheus.write.v2.Request,
 * https://github.com/prometheus/prometheus/blob/main/prompb/io/prometheus/write/v2/types.proto).
 */

import { malformed, type ProtoReader } from "../../base/protobuf.ts";

export const V1 = {
  request: { timeseries: 1, metadata: 3 },
  series: { labels: 1, samples: 2, exemplars: 3, histograms: 4 },
  label: { name: 1, value: 2 },
  sample: { value: 1, timestamp: 2 },
  exemplar: { labels: 1, value: 2, timestamp: 3 },
  metadata: { type: 1, family: 2, help: 4, unit: 5 },
} as const;

export const V2 = {
  request: { symbols: 4, timeseries: 5 },
  /** `created` is what `startTimestamp` of samples was before the protocol's last drafts. */
  series: { labelsRefs: 1, samples: 2, histograms: 3, exemplars: 4, metadata: 5, created: 6 },
  sample: { value: 1, timestamp: 2, startTimestamp: 3 },
  exemplar: { labelsRefs: 1, value: 2, timestamp: 3 },
  metadata: { type: 1, help: 3, unit: 4 },
} as const;

/** Other readers leave out a field whose wire type is not its own; here it is a mistake, so that none sees what another does not. */
export function expectWire(reader: ProtoReader, ...wires: readonly number[]): void {
  if (!wires.includes(reader.wire))
    throw malformed(`wire type ${reader.wire} of field ${reader.field}`, reader.tagStart);
}
