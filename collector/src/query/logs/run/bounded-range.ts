/** A time range that has both ends, for what is drawn over time: where one is open, that of the data. */
import type { StoreReader, TimeRange } from "../../../store/store.ts";

const LAST = 2n ** 64n - 1n;

export async function boundedRange(reader: Pick<StoreReader, "dataRange">, range: TimeRange): Promise<TimeRange> {
  if (range.start > 0n && range.end < LAST) return range;
  const data = await reader.dataRange("logs");
  const now = BigInt(Date.now()) * 1_000_000n;
  const start = range.start > 0n ? range.start : (data?.start ?? now);
  const end = range.end < LAST ? range.end : (data?.end ?? now);
  return { start: start < end ? start : end, end: start < end ? end : start };
}
