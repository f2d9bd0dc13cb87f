/** Reads fields of a request's body. @throws HttpError 400 that names the field and what was expected. */

import { HttpError } from "./http-error.ts";

export function parseObject(body: unknown): Record<string, unknown> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HttpError(400, "bad_request", "cannot read the request: expected a JSON object");
}

export function parseText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "" && value.length <= 200) return value;
  throw bad(name, value, "a text of 1 to 200 characters");
}

/** A whole number from 1 to `most`. */
export function parseCount(fields: Record<string, unknown>, name: string, most: number): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw bad(name, value, `a whole number from 1 to ${most}`);
}

export interface Line {
  sku: string;
  quantity: number;
}

/** 1 to 20 order lines. */
export function parseLines(fields: Record<string, unknown>): Line[] {
  const { lines } = fields;
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > 20)
    throw bad("lines", lines, "1 to 20 order lines");
  return lines.map((line) => {
    const item = parseObject(line);
    return { sku: parseText(item, "sku"), quantity: parseCount(item, "quantity", 1_000) };
  });
}

function bad(name: string, value: unknown, expected: string): HttpError {
  const given = value === undefined ? "missing" : JSON.stringify(value).slice(0, 100);
  return new HttpError(400, "bad_request", `cannot read ${name}: it is ${given}; expected ${expected}`);
}
