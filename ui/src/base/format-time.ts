/**
 * Moments as text: local time for reading, UTC for the hover. In: milliseconds since 1970 (fractions allowed). ISO order and a
 * 24 h clock everywhere: a log line from another country reads the same.
 */
function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

/** 14:03:22 or, with digits, 14:03:22.123 (up to 9 digits; what is below the number's precision reads 0). */
export function formatClock(millis: number, digits = 0): string {
  const date = new Date(millis);
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  if (digits === 0) return clock;
  const fraction = (millis - Math.floor(millis / 1000) * 1000) / 1000;
  return `${clock}${Math.min(fraction, 0.999_999_999)
    .toFixed(9)
    .slice(1, 2 + digits)}`;
}

/** 2026-11-23. */
export function formatDate(millis: number): string {
  const date = new Date(millis);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

export function formatDateTime(millis: number, digits = 0): string {
  return `${formatDate(millis)} ${formatClock(millis, digits)}`;
}

/** Time alone when it lies on the same local day as `now`, else "Nov 23 14:03:22". */
export function formatRecent(millis: number, now: number, digits = 0): string {
  const clock = formatClock(millis, digits);
  if (formatDate(millis) === formatDate(now)) return clock;
  const month = new Date(millis).toLocaleString("en", { month: "short" });
  return `${month} ${new Date(millis).getDate()} ${clock}`;
}

/** 2026-11-23 14:03:22.123 UTC, for titles. */
export function formatUtc(millis: number): string {
  return `${new Date(millis).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

/** Local date and time as an <input type="datetime-local"> wants it: 2026-11-23T14:03:22. */
export function formatLocalInput(millis: number): string {
  return `${formatDate(millis)}T${formatClock(millis)}`;
}

/** "5 s ago", "12 min ago", "3 h ago", "4 d ago". */
export function formatAgo(millis: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - millis) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}
