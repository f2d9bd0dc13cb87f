/** A log line's attributes as one faint text beside its body: "orderId=28b7… totalCents=30360". In: OTLP attributes; out: text. Pure. */
import type { WireKeyValue } from "goldspan/contract";
import { shortenMiddle } from "../base/shorten.ts";
import { formatAnyValue } from "./any-value.ts";

const MOST_FIELDS = 8;
const LONGEST_VALUE = 26;

/** Says nothing about what the row shows already, nor about where in the code the line was written. */
const LEFT_OUT = /^(code|log|logger|thread|telemetry|event|exception\.stacktrace)(\.|$)/;

export function formatLogFields(attributes: readonly WireKeyValue[] | undefined): string {
  return (attributes ?? [])
    .filter(({ key }) => !LEFT_OUT.test(key))
    .slice(0, MOST_FIELDS)
    .map(({ key, value }) => `${key}=${shortenMiddle(formatAnyValue(value).replace(/\s+/g, " "), LONGEST_VALUE)}`)
    .join("  ");
}
