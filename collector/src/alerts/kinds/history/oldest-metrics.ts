/** When a store's series begin: hours before that need not be read. */
import type { KindTools } from "../kind-tools.ts";

/** Looked up so often: there may be backfill. */
const SLOT_MILLIS = 300_000;
/** Of a store that has nothing in its blocks yet. */
const YOUNG_MILLIS = 6 * 3_600_000;

/** Unix milliseconds. */
export function oldestMetrics({ reader, share }: KindTools, timeMillis: number): Promise<number> {
  return share("oldest metrics", Math.floor(timeMillis / SLOT_MILLIS), async () => {
    const { signals } = await reader.reportStorage({ limit: 1 });
    const start = signals.find(({ signal }) => signal === "metrics")?.data?.start;
    return start === undefined ? timeMillis - YOUNG_MILLIS : Number(start / 1_000_000n);
  });
}
