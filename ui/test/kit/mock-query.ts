/**
 * The query bar's text as the mock understands it: a subset of the server's grammar, enough to develop against. In: text; out: a
 * predicate over spans, or the position of what is wrong.
 */
import type { WireAnyValue, WireKeyValue } from "goldspan/contract";
import { parseDuration } from "../../src/base/format-duration.ts";
import { spanKindName } from "../../src/model/span-kind.ts";
import { shopResource } from "./shop-services.ts";
import type { ShopSpan } from "./trace-generator.ts";

export type SpanTest = (span: ShopSpan) => boolean;

export class MockQueryError extends Error {
  readonly position: number;
  readonly hint: string;

  constructor(message: string, position: number, hint: string) {
    super(message);
    this.position = position;
    this.hint = hint;
  }
}

const TERM = /(?:([^\s:<>="]+)\s*(:|=|>=|<=|>|<))?("(?:[^"\\]|\\.)*"|[^\s"]+)/gy;

export function parseMockQuery(text: string): SpanTest {
  const tests: SpanTest[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at += 1;
      continue;
    }
    TERM.lastIndex = at;
    const found = TERM.exec(text);
    if (!found) throw new MockQueryError(`cannot read the query from "${text.slice(at)}"`, at, "Close the quotes.");
    tests.push(termTest(found[1], found[2], unquote(found[3]), at));
    at = TERM.lastIndex;
  }
  return (span) => tests.every((test) => test(span));
}

export function attributeText(value: WireAnyValue | undefined): string {
  if (!value) return "";
  const { stringValue, intValue, boolValue, doubleValue } = value;
  return String(stringValue ?? intValue ?? boolValue ?? doubleValue ?? JSON.stringify(value));
}

export function allAttributes(entry: ShopSpan): WireKeyValue[] {
  return [...(entry.span.attributes ?? []), ...(shopResource(entry.service, entry.version).attributes ?? [])];
}

function termTest(key: string | undefined, operator: string | undefined, value: string, at: number): SpanTest {
  if (key === undefined) {
    if (value === "error") return (span) => span.span.status?.code === 2;
    throw new MockQueryError(`cannot understand "${value}"`, at, `Write key:value, for example operation:"${value}".`);
  }
  if (key === "duration") {
    const nanos = parseDuration(value);
    const place = at + key.length + (operator?.length ?? 0);
    if (nanos === undefined)
      throw new MockQueryError(`cannot read the duration "${value}"`, place, "write 500ms, 1.5s or 2m");
    const millis = nanos / 1e6;
    return operator?.startsWith("<") ? (span) => span.millis <= millis : (span) => span.millis >= millis;
  }
  if (key === "service") return (span) => span.service === value;
  if (key === "operation" || key === "name") return (span) => span.span.name === value;
  if (key === "kind") return (span) => spanKindName(span.span.kind ?? 0) === value;
  return (span) => allAttributes(span).some((pair) => pair.key === key && attributeText(pair.value) === value);
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}
