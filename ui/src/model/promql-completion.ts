/**
 * What a PromQL editor suggests. In: the text, where the cursor stands, and what is known; out: which part is being written, what that
 * part is (a metric or function, a label, a label's value, a duration), and what could stand there. Knows no requests. Pure.
 */
import { tokenize, type PromToken } from "./promql-tokens.ts";
import { AGGREGATIONS, FUNCTIONS, KEYWORDS, type PromWord } from "./promql-vocabulary.ts";
import { rankSuggestions, type Suggestion } from "./suggestions.ts";

export interface PromEdit {
  readonly kind: "expression" | "label" | "value" | "duration" | "none";
  /** Which part of the text a suggestion replaces. */
  readonly start: number;
  readonly end: number;
  readonly typed: string;
  /** The metric whose label or value is being written; "" = any. */
  readonly metric: string;
  /** The label whose value is being written. */
  readonly label: string;
}

export interface PromKnown {
  readonly metrics: readonly { readonly name: string; readonly type: string; readonly help: string }[];
  readonly labels: readonly string[];
  readonly values: readonly string[];
}

export interface PromSuggestion extends Suggestion {
  /** Where the cursor stands afterwards, counted from the start of `insert`. */
  readonly cursor: number;
}

const DURATIONS = ["1m", "5m", "10m", "15m", "30m", "1h", "6h", "1d", "7d"];
const GROUPING = /^(?:by|without|on|ignoring|group_left|group_right)$/i;
const PLAIN_NAME = /^[a-z_:][\w:]*$/i;

export function promEditAt(text: string, cursor: number): PromEdit {
  const before = tokenize(text.slice(0, cursor));
  const last = before[before.length - 1];
  const at = (kind: PromEdit["kind"], token?: PromToken, more: Partial<PromEdit> = {}): PromEdit => ({
    kind,
    start: token?.start ?? cursor,
    end: token ? endOfWord(text, cursor) : cursor,
    typed: token?.text ?? "",
    metric: "",
    label: "",
    ...more,
  });
  if (last?.kind === "comment" && last.end === cursor) return at("none");
  const isOpenString = last?.kind === "string" && last.end === cursor && !closes(last.text);
  const writing =
    last?.end === cursor && /^(?:name|function|keyword|duration|number)$/.test(last.kind) ? last : undefined;
  const opened = openBracket(before);
  if (opened?.token.text === "{") return inSelector(before, opened.index, { isOpenString, writing, cursor, text, at });
  if (isOpenString) return at("none");
  if (opened?.token.text === "[") return at("duration", writing);
  const word = opened && before[opened.index - 1];
  if (opened && word && GROUPING.test(word.text))
    return at("label", writing, { metric: metricNear(tokenize(text), cursor) });
  if (/^offset$/i.test(before[before.length - (writing ? 2 : 1)]?.text ?? "")) return at("duration", writing);
  return writing?.kind === "number" || writing?.kind === "duration" ? at("none") : at("expression", writing);
}

interface SelectorPlace {
  readonly isOpenString: boolean;
  readonly writing?: PromToken;
  readonly cursor: number;
  readonly text: string;
  readonly at: (kind: PromEdit["kind"], token?: PromToken, more?: Partial<PromEdit>) => PromEdit;
}

function inSelector(
  before: readonly PromToken[],
  open: number,
  { isOpenString, writing, cursor, text, at }: SelectorPlace,
): PromEdit {
  const named = before[open - 1];
  const metric = named && /^(?:name|function)$/.test(named.kind) && named.end === before[open].start ? named.text : "";
  const last = before[before.length - 1];
  if (!isOpenString) {
    const operator = before[before.length - 1];
    return operator.kind === "operator" && operator.text !== "," ? at("none") : at("label", writing, { metric });
  }
  const label = before[before.length - 3];
  if (!/^(?:=|!=|=~|!~)$/.test(before[before.length - 2]?.text ?? "")) return at("none");
  const rest = /^[^"'`\n,}]*/.exec(text.slice(cursor))?.[0] ?? "";
  return at("value", last, {
    start: last.start + 1,
    end: cursor + rest.length,
    typed: last.text.slice(1),
    metric,
    label: label?.text.replaceAll(/^["']|["']$/g, "") ?? "",
  });
}

/** Best first. */
export function suggestProm(edit: PromEdit, known: PromKnown): PromSuggestion[] {
  switch (edit.kind) {
    case "none":
      return [];
    case "duration":
      return rankSuggestions(
        DURATIONS.map((text) => plain(text, "")),
        edit.typed,
      );
    case "label":
      return rankSuggestions(
        known.labels.map((name) => plain(PLAIN_NAME.test(name) ? name : JSON.stringify(name), "label", name)),
        edit.typed,
      );
    case "value":
      return rankSuggestions(
        known.values.map((value) => plain(JSON.stringify(value).slice(1, -1), edit.label, value)),
        edit.typed,
      );
    default:
      return rankSuggestions(
        [
          ...known.metrics.map(({ name, type, help }) => ({
            ...plain(asMetric(name), help ? `${type} · ${help}` : type, name),
            bonus: 20,
          })),
          ...AGGREGATIONS.map((word) => ({ ...call(word), bonus: 30 })),
          ...FUNCTIONS.map((word) => ({ ...call(word), bonus: 25 })),
          ...(edit.typed ? KEYWORDS.map(({ name, about }) => ({ ...plain(`${name} `, about, name), bonus: 10 })) : []),
        ],
        edit.typed,
      );
  }
}

/** The text with a suggestion put in, and where the cursor then stands. */
export function applyProm(
  text: string,
  edit: PromEdit,
  { insert, cursor }: PromSuggestion,
): { text: string; cursor: number } {
  const rest = text.slice(edit.end);
  // A bracket that stands already isn't written twice.
  const body = insert.endsWith("()") && rest.startsWith("(") ? insert.slice(0, -2) : insert;
  return { text: text.slice(0, edit.start) + body + rest, cursor: edit.start + cursor };
}

/** A metric as it stands in PromQL: names beyond letters go into braces. */
export function asMetric(name: string): string {
  return PLAIN_NAME.test(name) ? name : `{${JSON.stringify(name)}}`;
}

function plain(insert: string, detail: string, label = insert): PromSuggestion {
  return { insert, label, detail, cursor: insert.length };
}

function call({ name, signature, about }: PromWord): PromSuggestion {
  const takesNothing = signature.endsWith("()");
  return { insert: `${name}()`, label: signature, detail: about, cursor: name.length + (takesNothing ? 2 : 1) };
}

/** The innermost bracket that is still open. */
function openBracket(tokens: readonly PromToken[]): { token: PromToken; index: number } | undefined {
  const open: { token: PromToken; index: number }[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== "bracket") return;
    if (/[({[]/.test(token.text)) open.push({ token, index });
    else open.pop();
  });
  return open.pop();
}

/** The metric that a grouping is about: the next one, else the one before. */
function metricNear(tokens: readonly PromToken[], cursor: number): string {
  const metrics = tokens.filter(({ kind }, index) => {
    const open = openBracket(tokens.slice(0, index));
    const grouped = GROUPING.test(tokens[(open?.index ?? 0) - 1]?.text ?? "");
    return kind === "name" && open?.token.text !== "{" && !grouped;
  });
  return (metrics.find(({ start }) => start >= cursor) ?? metrics[metrics.length - 1])?.text ?? "";
}

function endOfWord(text: string, cursor: number): number {
  return cursor + (/^[\w:]*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

function closes(text: string): boolean {
  return text.length > 1 && text.endsWith(text[0]) && !/[^\\]\\$/.test(text.slice(0, -1));
}
