/**
 * The text form of a trace search -> conditions: `service:checkout error duration>500ms http.route:/pay kind:server name:"GET /"`.
 * Words are joined by "and"; all hold for one and the same span. In: text; out: a filter without its time range, or a QueryError with
 * the position. Reads no data.
 */
import { parseDurationNanos } from "../../base/duration.ts";
import { QueryError } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import { SPAN_KINDS, type SpanKindName } from "../../model/span-batch.ts";
import type { AttributeCondition, SpanFilter } from "../../store/store.ts";

export type SpanConditions = Omit<SpanFilter, "range">;

/** A word: key, operator, and a value that may be quoted; or a key alone. */
const WORD = /\s*(?:([^\s:=<>"]+)(:|>=|<=|>|<|=)(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))|([^\s"]+)|")/y;

/** @throws QueryError */
export function parseTraceQuery(text: string): SpanConditions {
  const attributes: AttributeCondition[] = [];
  const conditions: { -readonly [K in keyof SpanConditions]: SpanConditions[K] } = {};
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.trimEnd().length) {
    const start = WORD.lastIndex + (/^\s*/.exec(text.slice(WORD.lastIndex))?.[0].length ?? 0);
    const found = WORD.exec(text);
    if (!found || (found[1] === undefined && found[5] === undefined)) {
      throw new QueryError(
        "cannot read the query: a quote is not closed or has no key",
        start,
        'write key:"a value with spaces"',
      );
    }
    const [, key, operator, quoted, plain, word] = found;
    if (word !== undefined) {
      if (word !== "error")
        throw new QueryError(
          `cannot search for "${word}" alone`,
          start,
          "write key:value, or error, duration>100ms, service:name",
        );
      conditions.errorsOnly = true;
      continue;
    }
    const value = quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1");
    if (key === "duration") addDuration(conditions, operator, value, start);
    else if (operator !== ":" && operator !== "=") {
      throw new QueryError(
        `cannot compare ${key} with ${operator}`,
        start + key.length,
        "only duration can be compared; write key:value",
      );
    } else if (key === "service") conditions.service = value;
    else if (key === "name" || key === "operation") conditions.operation = value;
    else if (key === "kind") conditions.kind = parseKind(value, start + key.length + 1);
    else if (key === "status") conditions.errorsOnly = parseStatus(value, start + key.length + 1);
    else attributes.push({ key, value });
  }
  return attributes.length > 0 ? { ...conditions, attributes } : conditions;
}

function addDuration(
  conditions: { minDurationNanos?: bigint; maxDurationNanos?: bigint },
  operator: string,
  value: string,
  start: number,
): void {
  const nanos = parseDurationNanos(value);
  if (nanos === undefined || nanos < 0)
    throw new QueryError(
      `cannot read the duration "${value}"`,
      start + "duration".length + operator.length,
      "write 500ms, 1.5s or 2m",
    );
  const exact = BigInt(Math.round(nanos));
  switch (operator) {
    case ">":
      conditions.minDurationNanos = exact + 1n;
      break;
    case ">=":
      conditions.minDurationNanos = exact;
      break;
    case "<":
      conditions.maxDurationNanos = exact - 1n;
      break;
    case "<=":
      conditions.maxDurationNanos = exact;
      break;
    default:
      throw new QueryError(`cannot search for an exact duration`, start, "write duration>500ms or duration<=1s");
  }
}

/** @throws QueryError */
export function parseKind(value: string, position?: number): number {
  const kind = SPAN_KINDS.indexOf(value.toLowerCase() as SpanKindName);
  if (kind >= 0) return kind;
  const near = nearest(value, SPAN_KINDS);
  throw new QueryError(
    `cannot find the span kind "${value}"`,
    position,
    near ? `did you mean "${near}"?` : `kinds: ${SPAN_KINDS.join(", ")}`,
  );
}

function parseStatus(value: string, position: number): boolean {
  if (value.toLowerCase() === "error") return true;
  throw new QueryError(`cannot search for the status "${value}"`, position, "only status:error can be searched");
}
