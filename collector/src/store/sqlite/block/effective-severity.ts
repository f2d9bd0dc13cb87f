/**
 * The severity that records of a block have for searches and counts: senders that write a severity text and no number mean what the text
 * says. What is stored, and given back, is what was sent.
 */
import { decodeText } from "../../../base/protobuf.ts";
import { severityNumberOf } from "../../../model/log-severity.ts";
import type { LogColumns } from "./record-columns.ts";

/** The column itself where no text adds anything; of an open block good until it grows. */
export function effectiveSeverities(
  columns: Pick<LogColumns, "count" | "severityNumber" | "severityText" | "severityTexts">,
): Uint8Array {
  const { count, severityNumber, severityText, severityTexts } = columns;
  const numbers = Uint8Array.from(severityTexts, (text) => severityNumberOf(decodeText(text, 0, text.length)));
  if (!numbers.some((number) => number > 0) || !severityNumber.subarray(0, count).includes(0)) return severityNumber;
  const effective = severityNumber.slice(0, count);
  for (let i = 0; i < count; i++) if (effective[i] === 0) effective[i] = numbers[severityText[i]] ?? 0;
  return effective;
}
