/** An exception as a span event or a log record tells it. */
export interface FoundException {
  /** Record of the batch. */
  readonly index: number;
  readonly source: "span" | "log";
  /** Unix nanoseconds as two words; both 0 = unknown. */
  readonly timeLow: number;
  readonly timeHigh: number;
  /** "" where unknown. */
  readonly type: string;
  readonly message: string;
  readonly stacktrace: string;
}

/** Of each text as much as is looked at. */
export const MOST_MESSAGE = 1000;
export const MOST_STACKTRACE = 32_768;

export function cut(text: string, most: number): string {
  return text.length > most ? text.slice(0, most) : text;
}
