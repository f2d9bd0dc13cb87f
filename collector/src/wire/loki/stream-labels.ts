/**
 * The labels of a Loki stream as protobuf pushes write them, `{app="shop", level="warn"}`
 * (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs): text -> pairs. Quoting is Go's.
 */
import { DecodeError } from "../../base/errors.ts";
import { unescapeGo } from "../../base/go-escapes.ts";

export type Labels = readonly (readonly [name: string, value: string])[];

const NAME = /[a-zA-Z_:][\w:.-]*/y;
const QUOTED = /"((?:[^"\\\n]|\\[^\n])*)"|`([^`]*)`/y;
/** @throws DecodeError with the position. */
export function parseStreamLabels(text: string): Labels {
  const labels: [string, string][] = [];
  let at = blanks(text, 0);
  const fail = (expected: string): never => {
    const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    throw new DecodeError(`error parsing labels: cannot read ${shown} at character ${at + 1}: expected ${expected}`);
  };
  const take = (char: string) => {
    if (text[at] !== char) fail(char);
    at = blanks(text, at + 1);
  };
  const match = (pattern: RegExp, expected: string): RegExpExecArray => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? fail(expected);
    at = blanks(text, pattern.lastIndex);
    return found;
  };
  take("{");
  while (text[at] !== "}") {
    const [name] = match(NAME, "the name of a label");
    take("=");
    const [, quoted, raw] = match(QUOTED, "a value in quotes");
    labels.push([name, raw ?? unescape(quoted)]);
    if (text[at] !== "}") take(",");
  }
  take("}");
  if (at < text.length) fail("the end");
  return labels;
}

/** What Go doesn't know stays as it is written. */
function unescape(text: string): string {
  return unescapeGo(text, (escape) => (escape === "\\'" ? "'" : escape.length === 2 ? escape : "\ufffd"));
}

function blanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\n" || text[at] === "\r") at++;
  return at;
}
