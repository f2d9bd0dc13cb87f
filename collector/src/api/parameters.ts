/** Query parameters of the API -> typed values, or a QueryError that names the parameter, the value and the form expected. */
import { parseDurationNanos } from "../base/duration.ts";
import { QueryError } from "../base/errors.ts";
import { parseHex } from "../base/hex.ts";
import type { AttributeCondition, TimeRange } from "../store/store.ts";

export type Parameters = URLSearchParams;

const EVERYTHING: TimeRange = { start: 0n, end: 2n ** 64n - 1n };

/** An empty value counts as absent: forms send such. */
export function text(parameters: Parameters, name: string): string | undefined {
  return parameters.get(name) || undefined;
}

export function required(parameters: Parameters, name: string, hint: string): string {
  const value = text(parameters, name);
  if (value === undefined) throw new QueryError(`cannot answer: the parameter ${name} is missing`, undefined, hint);
  return value;
}

export function integer(parameters: Parameters, name: string, fallback: number, min: number, max: number): number {
  const value = text(parameters, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^-?\d+$/.test(value) || number < min || number > max)
    throw wrong(name, value, `write a whole number from ${min} to ${max}`);
  return number;
}

export function flag(parameters: Parameters, name: string): boolean {
  const value = text(parameters, name);
  if (value === undefined || value === "false" || value === "0") return false;
  if (value === "true" || value === "1") return true;
  throw wrong(name, value, "write true or false");
}

/** One of a few words; absent = the first. */
export function choice<T extends string>(parameters: Parameters, name: string, choices: readonly [T, ...T[]]): T {
  const value = text(parameters, name) ?? choices[0];
  const found = choices.find((each) => each === value);
  if (found === undefined) throw wrong(name, value, `write ${choices.join(" or ")}`);
  return found;
}

/** A Go duration as nanoseconds. */
export function durationNanos(parameters: Parameters, name: string): bigint | undefined {
  const value = text(parameters, name);
  if (value === undefined) return undefined;
  const nanos = parseDurationNanos(value);
  if (nanos === undefined || nanos < 0) throw wrong(name, value, "write 500ms, 1.5s or 2m");
  return BigInt(Math.round(nanos));
}

/** `start` and `end`, both inclusive; absent ones don't limit. */
export function timeRange(parameters: Parameters): TimeRange {
  const start = time(parameters, "start") ?? EVERYTHING.start;
  const end = time(parameters, "end") ?? EVERYTHING.end;
  if (start > end)
    throw new QueryError("cannot search a range that ends before it starts", undefined, "start must not be after end");
  return { start, end };
}

/** The same in milliseconds; by default the hour until `now`, or until the `end` that is given. */
export function millisRange(parameters: Parameters, now: number): { start: number; end: number } {
  const { start, end } = timeRange(parameters);
  const millis = (nanos: bigint) => Math.round(Number(nanos) / 1e6);
  const last = text(parameters, "end") === undefined ? now : millis(end);
  const first = text(parameters, "start") === undefined ? last - 3_600_000 : millis(start);
  return { start: Math.min(first, last), end: last };
}

/** True when the caller gave both ends. */
export function hasRange(parameters: Parameters): boolean {
  return text(parameters, "start") !== undefined && text(parameters, "end") !== undefined;
}

function time(parameters: Parameters, name: string): bigint | undefined {
  const value = text(parameters, name);
  if (value === undefined) return undefined;
  // 19 digits are nanoseconds, as traces' own times are written; fewer are milliseconds.
  if (/^\d{17,20}$/.test(value)) return BigInt(value);
  if (/^\d+(\.\d+)?$/.test(value)) return BigInt(Math.round(Number(value) * 1000)) * 1000n;
  const nanos = parseRfc3339(value);
  if (nanos === undefined)
    throw wrong(name, value, "write milliseconds since 1970, or a time such as 2026-01-31T12:00:00Z");
  return nanos;
}

/** Nanoseconds since 1970 (0 for what was before) of an RFC 3339 time with up to nine fraction digits; a space stands for the + of a zone (unescaped in URLs). */
export function parseRfc3339(value: string): bigint | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+ -]\d\d:\d\d)$/.exec(value);
  if (!found) return undefined;
  const [, date, clock, fraction = "", zone] = found;
  const millis = Date.parse(`${date}T${clock}${zone.replace(" ", "+").toUpperCase()}`);
  if (millis < 0) return 0n;
  return Number.isNaN(millis) ? undefined : BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** Every `attribute=key=value`; the first = divides. */
export function attributes(parameters: Parameters): AttributeCondition[] {
  return parameters
    .getAll("attribute")
    .filter((value) => value !== "")
    .map((value) => {
      const equals = value.indexOf("=");
      if (equals < 1) throw wrong("attribute", value, "write attribute=key=value, URL-encoded");
      return { key: value.slice(0, equals), value: value.slice(equals + 1) };
    });
}

/** A trace id of 32 hex digits, or of 16 (padded with zeros at the left). */
export function traceId(value: string): Uint8Array {
  const bytes = /^[0-9a-fA-F]{1,32}$/.test(value) ? parseHex(value.padStart(32, "0")) : undefined;
  if (bytes === undefined) throw wrong("traceId", value, "a trace id has 32 hexadecimal digits");
  return bytes;
}

export function wrong(name: string, value: string, hint: string): QueryError {
  return new QueryError(`cannot read the parameter ${name}="${value.slice(0, 100)}"`, undefined, hint);
}
