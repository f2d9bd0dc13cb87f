/** A stretch of time in an address: `<from>-<to>` in milliseconds since 1970. */
import type { Interval } from "../base/interval.ts";

/** Undefined where it is none. */
export function parseStretch(text: string): Interval | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return match && from < to ? { from, to } : undefined;
}

export function formatStretch({ from, to }: Interval): string {
  return `${Math.floor(from)}-${Math.ceil(to)}`;
}
