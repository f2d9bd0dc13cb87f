/** PromQL test scripts (`load`, `clear`, `eval`) as commands. fixtures/promql/PROMQLTEST-LANGUAGE.md describes them. */
import type { Labels } from "../../../src/model/labels.ts";
import {
  parseMetric,
  parseNumber,
  parseSeriesLine,
  type ScriptValue,
  type SeriesLine,
} from "../../../src/query/metrics/parse/series-line.ts";

export type Command = { readonly kind: "clear" } | LoadCommand | EvalCommand;

export interface LoadCommand {
  readonly kind: "load";
  readonly stepMillis: number;
  readonly withCustomBuckets: boolean;
  readonly series: (SeriesLine & {
    /** When counters began, unix milliseconds; 0 = unknown. */ readonly starts?: number[];
  })[];
}

export interface Expectation {
  readonly type: "fail" | "warn" | "info" | "no_warn" | "no_info" | "ordered";
  readonly matches: (text: string) => boolean;
  readonly text: string;
}

export interface EvalCommand {
  readonly kind: "eval";
  readonly line: number;
  readonly query: string;
  /** Unix milliseconds; an instant query has start = end and step 0. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly expectations: Expectation[];
  expectedScalar?: number;
  expectedString?: string;
  /** Times of an instant query's range vector. */
  expectedRange?: { readonly start: number; readonly end: number; readonly step: number };
  readonly expectedSeries: { readonly labels: Labels; readonly values: ScriptValue[] }[];
}

export function parseScript(text: string): Command[] {
  const lines = text.split("\n").map((line) => (line.trim().startsWith("#") ? "" : line.trim()));
  const commands: Command[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line === "") continue;
    /** The lines that belong to the command. */
    const block: string[] = [];
    const readBlock = () => {
      while (i + 1 < lines.length && lines[i + 1] !== "") block.push(lines[++i]);
      return block;
    };
    if (/^clear\b/i.test(line)) commands.push({ kind: "clear" });
    else if (/^load/i.test(line)) commands.push(parseLoad(line, readBlock()));
    else if (/^eval/i.test(line)) {
      const number = i + 1;
      commands.push(parseEval(line, readBlock(), number));
    } else throw new Error(`line ${i + 1}: no command: ${line}`);
  }
  return commands;
}

function parseLoad(line: string, block: readonly string[]): LoadCommand {
  const found = /^load(_with_nhcb)?\s+(\S+)$/i.exec(line);
  if (!found) throw new Error(`cannot read ${line}`);
  const stepMillis = parseDuration(found[2]);
  const series: LoadCommand["series"][number][] = [];
  let offsets: (number | undefined)[] | undefined;
  for (const one of block) {
    const start = /^(\S+)@st\s+(.*)$/.exec(one);
    if (start) {
      parseMetric(start[1]);
      offsets = start[2].split(/\s+/).flatMap(parseStart);
      continue;
    }
    const starts = offsets?.map((offset, i) => (offset === undefined ? 0 : i * stepMillis + offset));
    series.push({ ...parseSeriesLine(one), ...(starts && { starts }) });
    offsets = undefined;
  }
  return { kind: "load", stepMillis, withCustomBuckets: found[1] !== undefined, series };
}

/** `-1m`, `-1mx3`, `0s+10sx3`, `_`, `_x3`: milliseconds before or after the sample. */
function parseStart(item: string): (number | undefined)[] {
  const gap = /^_(?:x(\d+))?$/.exec(item);
  if (gap) return new Array<undefined>(Number(gap[1] ?? 1)).fill(undefined);
  const found = /^([+-]?)(0|\d+[a-wyz]+)(?:([+-])(\d+[a-wyz]+))?(?:x(\d+))?$/.exec(item);
  if (!found) throw new Error(`no start: ${item}`);
  const signed = (sign: string | undefined, text: string | undefined) =>
    text === undefined ? 0 : (sign === "-" ? -1 : 1) * parseDuration(text);
  const [base, step] = [signed(found[1], found[2]), signed(found[3], found[4])];
  return Array.from({ length: Number(found[5] ?? 0) + 1 }, (_, i) => base + i * step);
}

function parseEval(line: string, block: readonly string[], number: number): EvalCommand {
  const instant = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(\S+))?\s+(.+)$/.exec(line);
  const range = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/.exec(line);
  if (!instant && !range) throw new Error(`line ${number}: cannot read ${line}`);
  const modifier = (instant ?? range)?.[1];
  const at = instant ? parseDuration(instant[2]) : 0;
  const command: EvalCommand = {
    kind: "eval",
    line: number,
    query: instant ? instant[3] : (range?.[5] ?? ""),
    start: range ? parseDuration(range[2]) : at,
    end: range ? parseDuration(range[3]) : at,
    step: range ? parseDuration(range[4]) : 0,
    expectations: modifier ? [expectationOf(modifier)] : [],
    expectedSeries: [],
  };
  for (const one of block) {
    if (one.startsWith("expected_fail_message")) {
      command.expectations.push(expectationOf("fail", "msg", one.slice("expected_fail_message".length)));
      break;
    }
    if (one.startsWith("expected_fail_regexp")) {
      command.expectations.push(expectationOf("fail", "regex", one.slice("expected_fail_regexp".length)));
      break;
    }
    const times = /^expect range vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(one);
    const string = /^expect string\s+(.*)$/.exec(one);
    const expectation = /^expect\s+(\w+)(?:\s+(regex|msg):(.+))?$/.exec(one);
    if (times) {
      const [start, end, step] = times.slice(1).map(parseDuration);
      command.expectedRange = { start, end, step };
    } else if (string) command.expectedString = unquote(string[1]);
    else if (expectation) command.expectations.push(expectationOf(expectation[1], expectation[2], expectation[3]));
    else if (/^[+-]?(?:inf|nan|[\d._]+(?:e[+-]?\d+)?)$/i.test(one)) {
      command.expectedScalar = parseNumber(one);
      break;
    } else command.expectedSeries.push(parseSeriesLine(one));
  }
  return command;
}

function expectationOf(type: string, mode?: string, text = ""): Expectation {
  const wanted = text.trim();
  const expression = mode === "regex" ? new RegExp(wanted) : undefined;
  return {
    type: type as Expectation["type"],
    text: wanted,
    matches: (said) => (mode === undefined ? true : expression ? expression.test(said) : said === wanted),
  };
}

function unquote(text: string): string {
  return text.startsWith("`") ? text.slice(1, -1) : (JSON.parse(text) as string);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Milliseconds of `1h30m`; a bare 0 needs no unit. */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) throw new Error(`no duration: ${text}`);
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit],
    0,
  );
}
