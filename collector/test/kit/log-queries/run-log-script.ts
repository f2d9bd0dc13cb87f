/**
 * Runs a script of log queries against a store. `load` puts records in, `eval` asks, indented lines are what is expected:
 *
 *   load
 *     10s checkout error "payment declined" http.status_code=500 @host.name=a trace=1     (@ = of the resource)
 *   eval payment | fields http.status_code
 *     "payment declined"                       bodies, newest first (oldest first after `sort time asc`)
 *   eval | count by service every 10s
 *     checkout 1 [0 1]                         cells, and a value a bucket for the first number; - = absent
 *   fail 8 "cannot find the level"             the place of the error, and how its message begins
 *     level:wran
 */
import { expect } from "vitest";
import { messageOf, QueryError } from "../../../src/base/errors.ts";
import { severityRange } from "../../../src/query/logs/plan/levels.ts";
import { planLogQuery } from "../../../src/query/logs/plan/plan-query.ts";
import type { Cell } from "../../../src/query/logs/run/shape-rows.ts";
import { tabulate, type LogTable } from "../../../src/query/logs/run/tabulate.ts";
import { wireLogs } from "../../../src/api/logs/wire-log.ts";
import { parseDurationMillis } from "../../../src/base/duration.ts";
import { anyValue, at, EPOCH, keyValues, spanIdOf, traceIdOf } from "../simple-otlp.ts";
import { logsOf, type StoreUnderTest } from "../stores.ts";

interface Command {
  readonly line: number;
  readonly kind: "load" | "eval" | "fail";
  readonly rest: string;
  readonly body: string[];
}

const RANGE = { start: EPOCH, end: at(59_999) };

/** @returns how many queries were asked */
export async function runLogScript(text: string, store: StoreUnderTest): Promise<number> {
  let asked = 0;
  for (const command of commandsOf(text)) {
    const where = `line ${command.line}: ${command.kind} ${command.rest}`;
    if (command.kind === "load") {
      for (const line of command.body) await store.writer.append(logsOf({ resourceLogs: [recordOf(line)] }));
      continue;
    }
    asked++;
    if (command.kind === "fail")
      for (const query of command.body) await expectFailure(store, command.rest, query, where);
    else expect.soft(await evaluate(store, command.rest), where).toEqual(command.body);
  }
  return asked;
}

function commandsOf(text: string): Command[] {
  const commands: Command[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (line.startsWith(" ")) commands[commands.length - 1].body.push(line.trim());
    else {
      const found = /^(load|eval|fail)\s*(.*)$/.exec(line);
      if (!found) throw new Error(`line ${i + 1}: cannot read ${line}`);
      commands.push({ line: i + 1, kind: found[1] as Command["kind"], rest: found[2], body: [] });
    }
  }
  return commands;
}

function recordOf(line: string): object {
  const found = /^(\S+) (\S+) (\S+) ("(?:[^"\\]|\\.)*"|\{.*?\}|-)(?: (.*))?$/.exec(line);
  if (!found) throw new Error(`cannot read the record ${line}`);
  const [, time, service, level, body, rest = ""] = found;
  const own: Record<string, unknown> = {};
  const resource: Record<string, unknown> = service === "-" ? {} : { "service.name": service };
  const record: Record<string, unknown> = {};
  let scope = "";
  for (const [, key, value] of rest.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|\S+)/g)) {
    if (key === "trace") record.traceId = traceIdOf(Number(value));
    else if (key === "span") record.spanId = spanIdOf(Number(value));
    else if (key === "event") record.eventName = value;
    else if (key === "scope") scope = value;
    else if (key.startsWith("@")) resource[key.slice(1)] = valueOf(value);
    else own[key] = valueOf(value);
  }
  const millis = parseDurationMillis(time) ?? 0;
  return {
    resource: { attributes: keyValues(resource) },
    scopeLogs: [
      {
        scope: { name: scope },
        logRecords: [
          {
            timeUnixNano: at(millis).toString(),
            severityNumber: level === "-" ? 0 : (severityRange(level)?.least ?? 0),
            severityText: level === "-" ? "" : level.toUpperCase(),
            ...(body === "-" ? {} : { body: anyValue(JSON.parse(body)) }),
            attributes: keyValues(own),
            ...record,
          },
        ],
      },
    ],
  };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function evaluate(store: StoreUnderTest, query: string): Promise<string[]> {
  const plan = planLogQuery(query);
  if (plan.table) {
    const request = { condition: plan.condition, table: plan.table, range: RANGE, buckets: 6 };
    let last: LogTable | undefined;
    for await (const step of tabulate(store.reader, request)) last = step;
    return formatTable(last as LogTable);
  }
  const { condition, limit = 1000, order = "newest" } = plan;
  const found = await store.reader.findLogs({ condition, range: RANGE, order, limit });
  return found.flatMap(wireLogs).map(({ body }) => (body.startsWith("{") ? body : JSON.stringify(body)));
}

function formatTable({ rows, series, otherGroups }: LogTable): string[] {
  const lines = rows.map((cells, i) => {
    const first = series ? ` [${series.values[i][0].map(formatCell).join(" ")}]` : "";
    return `${cells.map(formatCell).join(" ")}${first}`;
  });
  return otherGroups > 0 ? [...lines, `others ${otherGroups}`] : lines;
}

function formatCell(cell: Cell): string {
  if (cell === null) return "-";
  if (typeof cell === "number") return String(Number(cell.toPrecision(6)));
  return /^\S+$/.test(cell) ? cell : JSON.stringify(cell);
}

async function expectFailure(store: StoreUnderTest, expected: string, query: string, where: string): Promise<void> {
  const [, position, message] = /^(\d+) "(.*)"$/.exec(expected) ?? [];
  try {
    await evaluate(store, query);
  } catch (error) {
    expect(error, where).toBeInstanceOf(QueryError);
    expect.soft(messageOf(error), `${where}: ${query}`).toContain(message);
    expect.soft((error as QueryError).position, `${where}: ${query}`).toBe(Number(position));
    return;
  }
  throw new Error(`${where}: ${query} does not fail`);
}
