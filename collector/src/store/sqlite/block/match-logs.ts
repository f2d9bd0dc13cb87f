/** A log filter over a block's columns: the records that meet it, in the block's order. */
import { compareNanos, nanosFromBigInt } from "../../../base/nanos.ts";
import { WordTest } from "../../../model/tokens.ts";
import { valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import type { LogFilter } from "../../store.ts";
import { attributeMatcher } from "./match-attributes.ts";
import { clamp } from "./match-spans.ts";
import type { LogColumns } from "./record-columns.ts";

export function matchLogs(columns: LogColumns, filter: LogFilter): number[] {
  const groups = Uint8Array.from(columns.groupServices, (service) =>
    filter.service === undefined || filter.service === service ? 1 : 0,
  );
  if (!groups.includes(1)) return [];
  const attributes = filter.attributes ?? [];
  const matcher = attributes.length > 0 ? attributeMatcher(columns, attributes, false) : undefined;
  if (attributes.length > 0 && !matcher) return [];
  const meets = matcher?.mark(columns);
  const first = nanosFromBigInt(clamp(filter.range.start));
  const last = nanosFromBigInt(clamp(filter.range.end));
  const { count, group, effectiveLow, effectiveHigh, severityNumber } = columns;
  const severity = filter.minSeverityNumber ?? 0;
  const words = filter.words && filter.words.length > 0 ? new WordTest(filter.words) : undefined;
  const matches: number[] = [];
  for (let i = 0; i < count; i++) {
    if (meets?.[i] === 0) continue;
    if (groups[group[i]] === 0 || severityNumber[i] < severity) continue;
    if (compareNanos(effectiveLow[i], effectiveHigh[i], first.low, first.high) < 0) continue;
    if (compareNanos(effectiveLow[i], effectiveHigh[i], last.low, last.high) > 0) continue;
    if (words && !hasWords(columns, i, words)) continue;
    matches.push(i);
  }
  return matches;
}

function hasWords({ hasBody, bodies, bodyStarts, bodyEnds }: LogColumns, record: number, words: WordTest): boolean {
  if (hasBody[record] === 0) return false;
  const text = valueTextRange(bodies, bodyStarts[record], bodyEnds[record]);
  return words.isMetBy(text.bytes, text.start, text.end);
}
