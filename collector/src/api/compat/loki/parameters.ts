/**
 * Parameters of Loki's HTTP API: times are nanoseconds, seconds (ten digits at most, or with a fraction) or RFC 3339; durations are
 * seconds or Loki's own. https://grafana.com/docs/loki/latest/reference/loki-http-api/#timestamps
 */
import { parseDurationNanos } from "../../../base/duration.ts";
import type { LabelMatcherText } from "../../../model/label-matcher.ts";
import { parseLogSelector } from "../../../query/logql/engine.ts";
import type { LogSelector } from "../../../query/logql/parse/ast.ts";
import type { TimeRange } from "../../../store/store.ts";
import { parseRfc3339 } from "../../parameters.ts";
import { ParameterError } from "../prometheus/parameters.ts";

export { formOf, ParameterError } from "../prometheus/parameters.ts";

export type Form = URLSearchParams;

const HOUR_NANOS = 3_600_000_000_000n;
const MOST_POINTS = 11_000;
const MOST_ENTRIES = 5000;

export function text(form: Form, name: string): string {
  return form.get(name) ?? "";
}

/** Nanoseconds; undefined when the text is no time. */
export function parseTime(value: string): bigint | undefined {
  if (/^\d+\.\d*$/.test(value)) return BigInt(Math.round(Number(value) * 1e6)) * 1000n;
  if (/^\d{1,10}$/.test(value)) return BigInt(value) * 1_000_000_000n;
  if (/^\d{11,20}$/.test(value)) return BigInt(value);
  return parseRfc3339(value);
}

export function time(form: Form, name: string, fallback: bigint): bigint {
  const value = text(form, name);
  if (value === "") return fallback;
  const nanos = parseTime(value);
  if (nanos === undefined)
    throw new ParameterError(
      `could not parse '${name}' parameter: ${JSON.stringify(value.slice(0, 100))} is no time; write unix nanoseconds, seconds, or a time such as 2026-01-31T12:00:00Z`,
    );
  return nanos;
}

export function nowNanos(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** `start` inclusive, `end` exclusive; by default the hour (or `since`) up to now. */
export function bounds(form: Form): { readonly start: bigint; readonly end: bigint } {
  const end = time(form, "end", nowNanos());
  const since = text(form, "since") === "" ? HOUR_NANOS : BigInt(Math.round(durationMillis(form, "since") * 1e6));
  const start = time(form, "start", end > since ? end - since : 0n);
  if (end < start) throw new ParameterError("end timestamp must not be before or equal to start time");
  return { start, end };
}

/** The same with both ends inclusive, as the store has it. */
export function range(form: Form): TimeRange {
  const { start, end } = bounds(form);
  return { start, end: end > start ? end - 1n : end };
}

/** Of a parameter that must be there, or is asked for only where it is. */
export function durationMillis(form: Form, name: string): number {
  const value = text(form, name);
  const millis = /^\d*\.?\d+(?:e[-+]?\d+)?$/i.test(value)
    ? Number(value) * 1000
    : (parseDurationNanos(value) ?? NaN) / 1e6;
  if (!Number.isFinite(millis) || millis < 0)
    throw new ParameterError(`cannot parse "${name}"=${JSON.stringify(value.slice(0, 100))} to a valid duration`);
  return millis;
}

/** By default some 250 steps. */
export function stepMillis(form: Form, { start, end }: { readonly start: bigint; readonly end: bigint }): number {
  const seconds = Number(end - start) / 1e9;
  const millis =
    text(form, "step") === "" ? Math.max(1, Math.floor(seconds / 250)) * 1000 : durationMillis(form, "step");
  if (millis <= 0)
    throw new ParameterError("zero or negative query resolution step widths are not accepted. Try a positive integer");
  if ((seconds * 1000) / millis > MOST_POINTS)
    throw new ParameterError(
      "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter",
    );
  return millis;
}

export function whole(form: Form, names: readonly string[], fallback: number, most: number): number {
  const name = names.find((one) => text(form, one) !== "");
  if (name === undefined) return fallback;
  const value = text(form, name);
  if (!/^[-+]?\d{1,15}$/.test(value))
    throw new ParameterError(
      `could not parse '${name}' parameter: ${JSON.stringify(value.slice(0, 100))} is no whole number`,
    );
  if (Number(value) <= 0) throw new ParameterError(`${name} must be a positive value`);
  return Math.min(Number(value), most);
}

/** Entries of a log query. */
export function entryLimit(form: Form): number {
  const limit = whole(form, ["limit"], 100, Number.MAX_SAFE_INTEGER);
  if (limit > MOST_ENTRIES)
    throw new ParameterError(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MOST_ENTRIES})`,
    );
  return limit;
}

export { MOST_ENTRIES };

export function direction(form: Form): "backward" | "forward" {
  const value = text(form, "direction").toLowerCase() || "backward";
  if (value === "backward" || value === "forward") return value;
  throw new ParameterError(`invalid direction ${JSON.stringify(value.slice(0, 100))}: write backward or forward`);
}

/** Nothing and `{}` ask for every stream, where an index is asked and no log is read. */
export function selector(query: string): LogSelector {
  if (/^\s*(?:\{\s*\}\s*)?$/.test(query)) return everything();
  return parseLogSelector(query);
}

export function everything(matchers: readonly LabelMatcherText[] = []): LogSelector {
  return { span: { start: 0, end: 0 }, matchers, stages: [] };
}
