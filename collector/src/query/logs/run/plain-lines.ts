/** Log records as plain objects, for those who read a few of them: time, level, service, text, and what they are linked to. */
import { formatHex } from "../../../base/hex.ts";
import { decodeText } from "../../../base/protobuf.ts";
import { levelOf } from "../../../model/log-field.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { effectiveSeverity } from "../../../model/log-severity.ts";
import { NONE } from "../../../model/record-batch.ts";
import { anyValueText } from "../../../wire/otlp/attribute-text.ts";
import { resourceNames } from "../../../wire/otlp/resource-names.ts";

export interface PlainLine {
  /** Unix milliseconds; of the observed time where it has none. */
  readonly timeMillis: number;
  /** OTLP's number, by the text where no number was sent; 0 = unknown. */
  readonly severity: number;
  /** trace, debug, info, warn, error, fatal or "". */
  readonly level: string;
  readonly service: string;
  readonly body: string;
  /** Lower-case hex; "" = none. */
  readonly traceId: string;
  readonly spanId: string;
}

export function plainLines(batch: LogBatch): PlainLine[] {
  const services = batch.groups.map(({ resource }) => resourceNames(resource).service);
  const { bytes, bodyOffset, bodyLength, severityTextOffset, severityTextLength } = batch;
  const idOf = (offset: number, length: number) => (offset === NONE ? "" : formatHex(bytes, offset, length));
  return Array.from({ length: batch.count }, (_, i) => {
    const text = severityTextOffset[i];
    const severity = effectiveSeverity(
      batch.severityNumber[i],
      severityTextLength[i] === 0 ? "" : decodeText(bytes, text, text + severityTextLength[i]),
    );
    return {
      timeMillis: timeMillis(batch, i),
      severity,
      level: levelOf(severity),
      service: services[batch.group[i]],
      body: bodyOffset[i] === NONE ? "" : anyValueText(bytes, bodyOffset[i], bodyOffset[i] + bodyLength[i]),
      traceId: idOf(batch.traceId[i], 16),
      spanId: idOf(batch.spanId[i], 8),
    };
  });
}

function timeMillis({ timeLow, timeHigh, observedLow, observedHigh }: LogBatch, i: number): number {
  const isKnown = (timeLow[i] | timeHigh[i]) !== 0;
  const [low, high] = isKnown ? [timeLow[i], timeHigh[i]] : [observedLow[i], observedHigh[i]];
  return (high * 4_294_967_296) / 1e6 + low / 1e6;
}
