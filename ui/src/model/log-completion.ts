/**
 * What the field for log queries suggests. In: the text, where the cursor stands, and what is known; out: which part is being written, what
 * that part is (a field or a word, a value, a pipe, what belongs to a pipe), and what could stand there. Knows no requests. Pure.
 */
import { quoteValue } from "./log-query-edit.ts";
import { tokenizeLogQuery, type LogToken } from "./log-query-tokens.ts";
import { rankSuggestions, type Suggestion } from "./suggestions.ts";

export interface LogEdit {
  readonly kind: "term" | "value" | "pipe" | "argument" | "none";
  /** Which part of the text a suggestion replaces. */
  readonly start: number;
  readonly end: number;
  readonly typed: string;
  /** The field whose value is being written, or the pipe that is. */
  readonly of: string;
}

export interface LogKnown {
  readonly fields: readonly { readonly name: string; readonly count: number }[];
  /** Values of the field being written. */
  readonly values: readonly { readonly text: string; readonly count: number }[];
}

const STARTERS: readonly Suggestion[] = [
  { insert: "service:", label: "service:", detail: "one service" },
  { insert: "level:", label: "level:", detail: "trace, debug, info, warn, error, fatal" },
  { insert: "level>=warn ", label: "level>=warn", detail: "warnings and worse" },
  { insert: "trace_id:", label: "trace_id:", detail: "lines of one trace" },
  { insert: "not ", label: "not", detail: "without; the same as -" },
  { insert: "or ", label: "or", detail: "one of two" },
  { insert: "| ", label: "|", detail: "count, top, avg … of what is found" },
];

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

const PIPES: readonly Suggestion[] = [
  { insert: "count by ", label: "count by …", detail: "how many, by fields" },
  { insert: "count every ", label: "count every …", detail: "how many, over time" },
  { insert: "top 10 ", label: "top 10 …", detail: "most frequent values of a field" },
  { insert: "avg(", label: "avg(…) by …", detail: "mean of a number" },
  { insert: "p95(", label: "p95(…) by …", detail: "percentile of a number" },
  { insert: "sum(", label: "sum(…) by …", detail: "sum of a number" },
  { insert: "min(", label: "min(…) by …", detail: "smallest" },
  { insert: "max(", label: "max(…) by …", detail: "largest" },
  { insert: "count_unique(", label: "count_unique(…) by …", detail: "how many different values" },
  { insert: "rate every ", label: "rate every …", detail: "how many a second" },
  { insert: "patterns ", label: "patterns", detail: "what kinds of lines there are" },
  { insert: "fields ", label: "fields …", detail: "only these columns" },
  { insert: "where ", label: "where …", detail: "conditions on what was counted" },
  { insert: "sort ", label: "sort …", detail: "by a column; desc, asc" },
  { insert: "limit ", label: "limit …", detail: "so many lines or rows" },
];

const STEPS = ["10s", "1m", "5m", "15m", "1h", "1d"];

export function logEditAt(text: string, cursor: number): LogEdit {
  const before = tokenizeLogQuery(text.slice(0, cursor));
  const last = before[before.length - 1];
  const writing =
    last && last.end === cursor && /^(?:word|field|number|keyword|command|string)$/.test(last.kind) ? last : undefined;
  const previous = before[before.length - (writing ? 2 : 1)];
  const at = (kind: LogEdit["kind"], of = ""): LogEdit => ({
    kind,
    start: writing?.start ?? cursor,
    end: writing ? endOf(text, cursor, writing) : cursor,
    typed: writing?.text.replace(/^"/, "") ?? "",
    of,
  });
  const pipe = before.findLastIndex(({ kind }) => kind === "pipe");
  if (pipe >= 0) {
    if (previous?.kind === "pipe") return at("pipe");
    return at("argument", /^every$/i.test(previous?.text ?? "") ? "every" : (before[pipe + 1]?.text ?? ""));
  }
  if (previous?.kind === "operator" && previous.end === (writing?.start ?? cursor))
    return at("value", before[before.length - (writing ? 3 : 2)]?.text ?? "");
  if (writing?.kind === "string" || last?.kind === "regex") return at("none");
  return at("term");
}

/** Best first. */
export function suggestLog(edit: LogEdit, known: LogKnown): Suggestion[] {
  const fields = (after: string): Suggestion[] =>
    known.fields.map(({ name, count }) => ({
      insert: `${name}${after}`,
      label: `${name}${after}`,
      detail: count > 0 ? `${count} ×` : "",
    }));
  switch (edit.kind) {
    case "none":
      return [];
    case "pipe":
      return rankSuggestions(PIPES, edit.typed);
    case "value":
      if (edit.of === "level")
        return rankSuggestions(
          LEVELS.map((name) => ({ insert: `${name} `, label: name, detail: "" })),
          edit.typed,
        );
      return rankSuggestions(
        known.values.map(({ text, count }) => ({
          insert: `${quoteValue(text)} `,
          label: text,
          detail: count > 0 ? `${count} ×` : "",
        })),
        edit.typed,
      );
    case "argument":
      if (edit.of === "every")
        return rankSuggestions(
          STEPS.map((step) => ({ insert: step, label: step, detail: "" })),
          edit.typed,
        );
      return rankSuggestions(
        [...fields(""), ...["by ", "every "].map((word) => ({ insert: word, label: word.trim(), detail: "" }))],
        edit.typed,
      );
    default:
      return rankSuggestions(
        [...STARTERS, ...fields(":").filter(({ label }) => !STARTERS.some((starter) => starter.label === label))],
        edit.typed,
      );
  }
}

function endOf(text: string, cursor: number, { kind }: LogToken): number {
  const rest = kind === "string" ? /^[^"|]*"?/ : /^[^\s"()|:=<>,]*/;
  return cursor + (rest.exec(text.slice(cursor))?.[0].length ?? 0);
}
