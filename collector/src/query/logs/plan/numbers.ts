/** Values of comparisons: numbers, durations (250ms, 1.5s, 2m) and bytes (10MB, 4KiB). */
import { parseDurationNanos } from "../../../base/duration.ts";

export type Quantity =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "duration"; readonly nanos: number };

/** Case counts for nothing: kB is KB. */
const BYTES: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ...["k", "m", "g", "t", "p"].flatMap((letter, i): [string, number][] => [
    [letter, 1000 ** (i + 1)],
    [`${letter}i`, 1024 ** (i + 1)],
  ]),
]);

/** Undefined for a text that is none of them. */
export function quantityOf(text: string): Quantity | undefined {
  const trimmed = text.trim();
  if (/^[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed))
    return { kind: "number", value: Number(trimmed.replaceAll("_", "")) };
  if (/^0x[0-9a-f]+$/i.test(trimmed)) return { kind: "number", value: Number(trimmed) };
  const bytes = /^([-+]?\d+(?:\.\d+)?)\s*([kmgtp]i?)?b$/i.exec(trimmed);
  if (bytes) return { kind: "number", value: Number(bytes[1]) * (BYTES.get((bytes[2] ?? "").toLowerCase()) ?? 1) };
  const nanos = parseDurationNanos(trimmed);
  return nanos === undefined ? undefined : { kind: "duration", nanos };
}
