/** Points in time as people write them: `2026-01-31`, `2026-01-31T12:00:00Z`, `2h` (ago), `now`, Unix nanoseconds. */
import { parseDurationNanos } from "../base/duration.ts";
import { UsageError } from "./usage.ts";

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Unix nanoseconds. @throws UsageError */
export function parseTime(option: string, text: string, nowMillis: number): bigint {
  if (text === "now") return BigInt(nowMillis) * 1_000_000n;
  if (/^\d{16,20}$/.test(text)) return BigInt(text);
  const ago = parseDurationNanos(text);
  if (ago !== undefined) return BigInt(nowMillis) * 1_000_000n - BigInt(Math.round(ago));
  const millis = DATE.test(text)
    ? Date.parse(/T/.test(text) && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text)
    : NaN;
  if (!Number.isNaN(millis)) return BigInt(millis) * 1_000_000n;
  throw new UsageError(
    `cannot understand ${option} ${text}: write 2026-01-31, 2026-01-31T12:00:00Z, 2h for two hours ago, now, or Unix nanoseconds`,
  );
}
