/**
 * Searching inside one trace. In: what someone types, words that must all occur ("declined payments"), and `service:x`,
 * `operation:x`, `error`, `key:value`; out: the rows that match, ascending. Looks at names, attributes, events, status, ids and
 * the texts of logs. The text of each row is built once and kept by the index.
 */
import type { WireKeyValue } from "goldspan/contract";
import { formatAnyValue } from "./any-value.ts";
import { splitWords } from "./query-text.ts";
import { hasFlag, operationOf, serviceOf, SpanFlag, type Trace } from "./trace.ts";
import { logsOfRow, type TraceLogs } from "./trace-logs.ts";

export class TraceSearchIndex {
  private readonly trace: Trace;
  private readonly logs: TraceLogs;
  private readonly texts: (string | undefined)[] = [];

  constructor(trace: Trace, logs: TraceLogs) {
    this.trace = trace;
    this.logs = logs;
  }

  /** Ascending rows; none for an empty query. */
  find(query: string): Int32Array {
    const tests = splitWords(query).map((word) => this.wordTest(word.toLowerCase()));
    if (tests.length === 0) return new Int32Array();
    const rows: number[] = [];
    for (let row = 0; row < this.trace.count; row++) if (tests.every((test) => test(row))) rows.push(row);
    return Int32Array.from(rows);
  }

  private wordTest(word: string): (row: number) => boolean {
    const { trace } = this;
    const [, key, value] = /^([^:=]+)[:=](.+)$/.exec(word) ?? [];
    if (word === "error") return (row) => hasFlag(trace, row, SpanFlag.error);
    if (key === "service") return (row) => serviceOf(trace, row).toLowerCase() === value;
    if (key === "operation") return (row) => operationOf(trace, row).toLowerCase() === value;
    const pair = key === undefined ? undefined : `\n${key}=${value}`;
    return (row) => {
      const text = this.textOf(row);
      return text.includes(word) || (pair !== undefined && text.includes(pair));
    };
  }

  private textOf(row: number): string {
    return (this.texts[row] ??= this.describe(row).toLowerCase());
  }

  private describe(row: number): string {
    const source = this.trace.sources[row];
    const lines = [serviceOf(this.trace, row), operationOf(this.trace, row)];
    if (source) {
      const { span, scope } = source;
      lines.push(span.spanId, span.status?.message ?? "", scope?.name ?? "", ...attributeLines(span.attributes));
      for (const event of span.events ?? []) lines.push(event.name ?? "", ...attributeLines(event.attributes));
    }
    for (const line of logsOfRow(this.logs, row)) {
      const { body, record } = this.logs.lines[line];
      lines.push(body, ...attributeLines(record.attributes));
    }
    return `\n${lines.join("\n")}`;
  }
}

/** The match after (or before) a row, going round at the ends; -1 without matches. */
export function stepMatch(matches: Int32Array, from: number, direction: -1 | 1): number {
  if (matches.length === 0) return -1;
  if (direction > 0) return matches.find((row) => row > from) ?? matches[0];
  return matches.findLast((row) => row < from) ?? matches[matches.length - 1];
}

function attributeLines(attributes: readonly WireKeyValue[] | undefined): string[] {
  return (attributes ?? []).map((pair) => `${pair.key}=${formatAnyValue(pair.value)}`);
}
