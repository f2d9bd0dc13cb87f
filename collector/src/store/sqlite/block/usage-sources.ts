/** Open blocks as usage-of-block.ts looks at them: what a span and a log record take as sent, beside attributes and rest. */
import { NONE } from "../../../model/record-batch.ts";
import type { OpenLogBlock } from "./open-log-block.ts";
import type { OpenSpanBlock } from "./open-span-block.ts";
import { STATUS_IN_REST } from "./record-columns.ts";
import type { UsageSource } from "./usage-of-block.ts";

/** Trace id 18, span id 10, start and end 9 each, kind 2, and the name's tag and length. */
const SPAN_BYTES = 50;
const PARENT_BYTES = 10;
const STATUS_BYTES = 4;

export function spanUsageSource(block: OpenSpanBlock): UsageSource {
  const { operation, operations, hasParent, status, startLow, startHigh } = block;
  const nameLengths = operations.map(({ name }) => name.length);
  return columnsOf(block, {
    fixedBytes: (i) =>
      SPAN_BYTES +
      nameLengths[operation[i]] +
      (hasParent[i] === 1 ? PARENT_BYTES : 0) +
      (status[i] !== 0 && (status[i] & STATUS_IN_REST) === 0 ? STATUS_BYTES : 0),
    timeLow: startLow,
    timeHigh: startHigh,
  });
}

const TIME_BYTES = 9;
const SEVERITY_BYTES = 2;
const LINK_BYTES = 28;
const BODY_FRAME_BYTES = 3;

export function logUsageSource(block: OpenLogBlock): UsageSource {
  const { timeLow, timeHigh, observedLow, observedHigh, effectiveLow, effectiveHigh } = block;
  const { severityNumber, severityText, severityTexts, bodyStarts, hasBody, trace } = block;
  const textLengths = severityTexts.map(({ length }) => (length === 0 ? 0 : length + 2));
  return columnsOf(block, {
    fixedBytes: (i) =>
      ((timeLow[i] | timeHigh[i]) === 0 ? 0 : TIME_BYTES) +
      ((observedLow[i] | observedHigh[i]) === 0 ? 0 : TIME_BYTES) +
      (severityNumber[i] === 0 ? 0 : SEVERITY_BYTES) +
      textLengths[severityText[i]] +
      (trace[i] === NONE ? 0 : LINK_BYTES) +
      (hasBody[i] === 1 ? bodyStarts[i + 1] - bodyStarts[i] + BODY_FRAME_BYTES : 0),
    timeLow: effectiveLow,
    timeHigh: effectiveHigh,
  });
}

/** Columns are getters of a class, which a spread doesn't copy. */
function columnsOf(
  block: OpenSpanBlock | OpenLogBlock,
  own: Pick<UsageSource, "fixedBytes" | "timeLow" | "timeHigh">,
): UsageSource {
  const { count, group, groups, groupServices, groupRequests, attributes, dictionary, restStarts } = block;
  return { count, group, groups, groupServices, groupRequests, attributes, dictionary, restStarts, ...own };
}
