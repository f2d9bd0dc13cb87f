/**
 * Parameters of Prometheus' HTTP API, from the query string and from a form body alike -> typed values, or a ParameterError in
 * Prometheus' words ("invalid parameter …"). Times are float seconds or RFC 3339, durations float seconds or Prometheus' own.
 */
import type { Context } from "hono";
import { parsePromDuration } from "../../../base/prom-duration.ts";
import type { MillisRange } from "../../../store/store.ts";
import type { ApiEnv } from "../../context.ts";

/** A parameter that cannot be read; the whole message. */
export class ParameterError extends Error {
  override name = "ParameterError";
}

const FORM_TYPE = "application/x-www-form-urlencoded";
/** Dates of JavaScript end here, and so do those of samples. */
const LAST_MILLIS = 8.64e15;

/** What a form says comes before what the query string says. */
export async function formOf(c: Context<ApiEnv>): Promise<URLSearchParams> {
  const { searchParams } = new URL(c.req.url);
  if (c.req.method !== "POST" || !c.req.header("content-type")?.startsWith(FORM_TYPE)) return searchParams;
  return new URLSearchParams([...new URLSearchParams(await c.req.text()), ...searchParams]);
}

export function text(form: URLSearchParams, name: string): string {
  return form.get(name) ?? "";
}

/** Milliseconds; undefined = the text is no time. */
export function parseTime(value: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return clamp(Math.round(Number(value) * 1000));
  if (!/^-?\d{4,9}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  // Prometheus' own ends of time are beyond what Date can read.
  if (/^-\d{7}/.test(value)) return -LAST_MILLIS;
  if (/^\d{6}/.test(value)) return LAST_MILLIS;
  const millis = Date.parse(value.toUpperCase());
  return Number.isNaN(millis) ? undefined : millis;
}

export function time(form: URLSearchParams, name: string): number {
  const millis = parseTime(text(form, name));
  if (millis === undefined) throw invalid(name, `cannot parse ${quoted(text(form, name))} to a valid timestamp`);
  return millis;
}

export function optionalTime(form: URLSearchParams, name: string, fallback: number): number {
  const value = text(form, name);
  if (value === "") return fallback;
  const millis = parseTime(value);
  if (millis === undefined)
    throw invalid(name, `invalid time value for '${name}': cannot parse ${quoted(value)} to a valid timestamp`);
  return millis;
}

/** `start` and `end`; an absent one does not limit. */
export function range(form: URLSearchParams): MillisRange {
  return { start: optionalTime(form, "start", -LAST_MILLIS), end: optionalTime(form, "end", LAST_MILLIS) };
}

/** Milliseconds. */
export function duration(form: URLSearchParams, name: string): number {
  const value = text(form, name);
  const millis = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) * 1000 : parsePromDuration(value);
  if (millis === undefined || !Number.isFinite(millis))
    throw invalid(name, `cannot parse ${quoted(value)} to a valid duration`);
  return millis;
}

export function optionalDuration(form: URLSearchParams, name: string): number | undefined {
  return text(form, name) === "" ? undefined : duration(form, name);
}

/** 0 = no limit. */
export function limit(form: URLSearchParams, name = "limit"): number {
  const value = text(form, name);
  if (value === "") return 0;
  if (!/^[+-]?\d{1,15}$/.test(value)) throw invalid(name, `${quoted(value)} is no whole number`);
  if (Number(value) < 0) throw invalid(name, `${name} must be non-negative`);
  return Number(value);
}

export function invalid(name: string, message: string): ParameterError {
  return new ParameterError(`invalid parameter ${quoted(name)}: ${message}`);
}

function quoted(value: string): string {
  return JSON.stringify(value.slice(0, 200));
}

function clamp(millis: number): number {
  return Math.min(LAST_MILLIS, Math.max(-LAST_MILLIS, millis));
}
