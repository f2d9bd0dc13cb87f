/**
 * When a group is evaluated: at the slots of a grid as wide as its interval, shifted by an offset of its own, so that groups spread over
 * the interval and a restart doesn't move them. Pure.
 */
import { hashBytes } from "../../base/hash.ts";

const encoder = new TextEncoder();

/** The same for the same group everywhere: 0 up to the interval. */
export function offsetOf(file: string, group: string, intervalMillis: number): number {
  const bytes = encoder.encode(`${file};${group}`);
  return (hashBytes(bytes, 0, bytes.length, 0) >>> 0) % intervalMillis;
}

/** The first slot that is not before the time. */
export function slotFrom(timeMillis: number, intervalMillis: number, offset: number): number {
  return Math.ceil((timeMillis - offset) / intervalMillis) * intervalMillis + offset;
}

/** The last slot that is not after the time. */
export function slotUntil(timeMillis: number, intervalMillis: number, offset: number): number {
  return Math.floor((timeMillis - offset) / intervalMillis) * intervalMillis + offset;
}
