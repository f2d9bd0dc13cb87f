/** Conditions on labels. A value that is no number where one is compared marks the record and lets it through, as an error to be seen. */
import { compileMatcher } from "../../../model/label-matcher.ts";
import { parseDurationNanos } from "../../../base/duration.ts";
import { parseBytes } from "../bytes.ts";
import { isInRange, parseIpRange, type IpRange } from "../ip-range.ts";
import type { Comparison, LabelFilter } from "../parse/ast.ts";
import type { Entry } from "./entry.ts";

const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
};

export function compileLabelFilter(filter: LabelFilter): (entry: Entry) => boolean {
  switch (filter.kind) {
    case "and":
    case "or": {
      const [left, right] = [compileLabelFilter(filter.left), compileLabelFilter(filter.right)];
      return filter.kind === "and" ? (entry) => left(entry) && right(entry) : (entry) => left(entry) || right(entry);
    }
    case "text": {
      const { name, test } = compileMatcher(filter.matcher);
      return (entry) => test(entry.get(name) ?? "");
    }
    case "number": {
      const { name, value, unit } = filter;
      const compare = COMPARE[filter.operator];
      return (entry) => {
        const text = entry.get(name);
        if (text === undefined) return false;
        const number = readNumber(text, unit);
        if (number === undefined)
          entry.fail("LabelFilterErr", `cannot read the label ${name} as a ${unit}: ${cut(text)}`);
        return number === undefined || compare(number, value);
      };
    }
    case "ip": {
      const range = parseIpRange(filter.range) as IpRange;
      const { name } = filter;
      const isPositive = filter.operator === "=";
      return (entry) => {
        const text = entry.get(name);
        return text !== undefined && isInRange(range, text) === isPositive;
      };
    }
  }
}

/** Durations in seconds, sizes in bytes; undefined when the text is none. A number is a size, too, but a duration needs its unit. */
export function readNumber(text: string, unit: "number" | "duration" | "bytes"): number | undefined {
  if (unit === "bytes") return parseBytes(text);
  if (unit === "duration") {
    const nanos = parseDurationNanos(text);
    return nanos === undefined ? undefined : nanos / 1e9;
  }
  const trimmed = text.trim();
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed)) {
    if (/^[-+]?inf(?:inity)?$/i.test(trimmed)) return trimmed.startsWith("-") ? -Infinity : Infinity;
    return /^nan$/i.test(trimmed) ? NaN : undefined;
  }
  return Number(trimmed);
}

export function cut(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
