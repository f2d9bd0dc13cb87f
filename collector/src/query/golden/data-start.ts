/** When data began at all: what was before it was not zero, but unknown. */
import type { StoreReader } from "../../store/store.ts";

/** Unix milliseconds of the oldest stored span; -Infinity when there is none: series have no index that tells. */
export async function dataStartMillis(reader: StoreReader): Promise<number> {
  const data = await reader.dataRange("traces");
  return data ? Number(data.start / 1_000_000n) : -Infinity;
}
