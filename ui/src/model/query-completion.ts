/**
 * What the query bar suggests. In: its text, where the cursor stands, and what is known (services, keys, …); out: which part of
 * the text is being written and what could stand there. Knows no requests: the page asks for keys and values and passes them in.
 */
import { parseTerms, quote } from "./query-text.ts";
import { rankSuggestions, type Suggestion } from "./suggestions.ts";

/** What is being written at the cursor. */
export interface Edit {
  /** Which part of the text a suggestion replaces. */
  readonly start: number;
  readonly end: number;
  /** Set when a value of this key is being written, else a key or a word. */
  readonly key?: string;
  readonly typed: string;
}

export interface Known {
  readonly services: readonly string[];
  /** Operations of the service that the query names, or of none. */
  readonly operations: readonly string[];
  readonly keys: readonly { text: string; count: number }[];
  /** Values of the key being written. */
  readonly values: readonly { text: string; count: number }[];
}

const MOST = 10;

const FIXED: readonly Suggestion[] = [
  { insert: "service:", label: "service:", detail: "one service" },
  { insert: "operation:", label: "operation:", detail: "span name" },
  { insert: "error ", label: "error", detail: "spans with status error" },
  { insert: "duration>", label: "duration>", detail: "longer than, e.g. 500ms" },
  { insert: "duration<", label: "duration<", detail: "shorter than" },
  { insert: "kind:", label: "kind:", detail: "server, client, internal, …" },
];

const DURATIONS = ["10ms", "100ms", "250ms", "500ms", "1s", "5s"];
const KINDS = ["server", "client", "internal", "producer", "consumer"];

export function editAt(text: string, cursor: number): Edit {
  const term = parseTerms(text).find((term) => cursor > term.start && cursor <= term.end);
  if (!term) return { start: cursor, end: cursor, typed: "" };
  const valueStart = term.start + term.key.length + term.operator.length;
  if (term.operator !== "" && cursor >= valueStart) {
    return { start: valueStart, end: term.end, key: term.key, typed: term.value };
  }
  return { start: term.start, end: term.end, typed: text.slice(term.start, cursor) };
}

export function suggest(edit: Edit, known: Known): Suggestion[] {
  return rankSuggestions(candidates(edit, known), edit.typed, MOST);
}

function candidates({ key }: Edit, known: Known): Suggestion[] {
  switch (key) {
    case undefined:
      return [
        ...FIXED,
        ...known.keys.map(({ text }) => ({ insert: `${text}:`, label: `${text}:`, detail: "attribute" })),
      ];
    case "service":
      return known.services.map((name) => plain(name, "service"));
    case "operation":
      return known.operations.map((name) => plain(name, "operation"));
    case "duration":
      return DURATIONS.map((text) => plain(text, ""));
    case "kind":
      return KINDS.map((name) => plain(name, "kind"));
    default:
      return known.values.map(({ text, count }) => plain(text, `${count} ×`));
  }
}

function plain(text: string, detail: string): Suggestion {
  return { insert: `${quote(text)} `, label: text, detail };
}
