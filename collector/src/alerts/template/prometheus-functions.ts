/**
 * The functions of Prometheus' alert templates. `query` asks for a vector that must be there already (see expand.ts); nothing here
 * reads or waits. https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 */
import { parsePromDuration } from "../../base/prom-duration.ts";
import { compileFind, compilePattern } from "../../base/text-pattern.ts";
import type { PatternMatch } from "../../base/linear-pattern.ts";
import { escapeQuery } from "./builtins.ts";
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from "./humanize.ts";
import type { TemplateFunctions } from "./functions.ts";
import { GoDuration, GoTime } from "./time.ts";
import {
  checkLength,
  isList,
  Structure,
  TemplateFault,
  TextMap,
  textOf,
  toFloat,
  typeName,
  type List,
  type Value,
} from "./value.ts";

export interface PrometheusSettings {
  /** Of the UI, for links: without a slash at the end. "" = none. */
  readonly externalUrl: string;
  /** Unix milliseconds: what `now` gives. */
  readonly nowMillis: number;
  /** Samples made by `templateSample`. May throw a Suspension. */
  readonly query: (text: string) => List;
}

export function templateSample(labels: Readonly<Record<string, string>>, value: number): Structure {
  return new Structure("*template.sample", { Labels: new TextMap(labels), Value: value });
}

const text = (run: (value: string) => Value) => ({ least: 1, run: (value: Value) => run(textOf(value)) });
const float = (run: (value: number) => Value) => ({ least: 1, run: (value: Value) => run(toFloat(value)) });

export function prometheusFunctions({ externalUrl, nowMillis, query }: PrometheusSettings): TemplateFunctions {
  return {
    query: text(query),
    first: {
      least: 1,
      run: (list) => samples(list)[0] ?? fail("first() called on vector with no elements"),
    },
    label: { least: 2, run: (name, sample) => labelsOf(sample).get(textOf(name)) ?? "" },
    value: { least: 1, run: (sample) => structure(sample).fields.get("Value") ?? 0 },
    strvalue: { least: 1, run: (sample) => labelsOf(sample).get("__value__") ?? "" },
    sortByLabel: {
      least: 2,
      run: (name, list) => {
        const of = (sample: Value) => labelsOf(sample).get(textOf(name)) ?? "";
        return samples(list).toSorted((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
      },
    },
    args: { least: 0, most: 100, run: (...args) => new Map(args.map((arg, i) => [`arg${i}`, arg])) },
    humanize: float(humanize),
    humanize1024: float(humanize1024),
    humanizeDuration: float(humanizeDuration),
    humanizePercentage: float(humanizePercentage),
    humanizeTimestamp: float(humanizeTimestamp),
    toTime: float((value) => GoTime.ofSeconds(value)),
    toDuration: float((value) => GoDuration.ofSeconds(value)),
    now: { least: 0, run: () => nowMillis / 1000 },
    parseDuration: text((value) => {
      const millis = parsePromDuration(value);
      return millis === undefined ? fail(`not a valid duration string: ${JSON.stringify(value)}`) : millis / 1000;
    }),
    title: text(title),
    toUpper: text((value) => value.toUpperCase()),
    toLower: text((value) => value.toLowerCase()),
    match: { least: 2, run: (pattern, value) => compilePattern(textOf(pattern)).test(textOf(value)) },
    reReplaceAll: {
      least: 3,
      run: (pattern, replacement, value) => replaceAll(textOf(pattern), textOf(replacement), textOf(value)),
    },
    stripPort: text(stripPort),
    stripDomain: text(stripDomain),
    safeHtml: text((value) => value),
    urlQueryEscape: text(escapeQuery),
    graphLink: text((expr) => link(expr, 0)),
    tableLink: text((expr) => link(expr, 1)),
    externalURL: { least: 0, run: () => externalUrl },
    pathPrefix: { least: 0, run: () => pathOf(externalUrl) },
  };
}

function fail(message: string): never {
  throw new TemplateFault(message);
}

function samples(value: Value): List {
  return isList(value) ? value : fail(`wrong type for value; expected template.queryResult; got ${typeName(value)}`);
}

function structure(value: Value): Structure {
  if (value instanceof Structure && value.fields.has("Labels")) return value;
  return fail(`wrong type for value; expected *template.sample; got ${typeName(value)}`);
}

function labelsOf(sample: Value): TextMap {
  return structure(sample).fields.get("Labels") as TextMap;
}

/** The first letter of each word; words end at what is neither letter, digit, _ nor '. */
export function title(value: string): string {
  return value.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_all, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

/** All places that match, anywhere in the text; $1 and ${name} stand for what groups matched. @throws PatternError */
export function replaceAll(pattern: string, replacement: string, value: string): string {
  const find = compileFind(pattern);
  let out = "";
  let at = 0;
  let last = -1;
  for (let from = 0; from <= value.length;) {
    const found = find(value, from);
    if (!found) break;
    const { start, end } = found;
    // An empty match right behind another match is none.
    if (end > start || start !== last) {
      out += value.slice(at, start) + expandGroups(replacement, found);
      at = end;
      checkLength(out.length);
    }
    last = end;
    from = end > start ? end : end + 1;
  }
  return out + value.slice(at);
}

function expandGroups(replacement: string, { groups, named }: PatternMatch): string {
  return replacement.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => {
    if (all === "$$") return "$";
    const name = braced ?? bare ?? "";
    return (/^\d+$/.test(name) ? groups[Number(name)] : named[name]) ?? "";
  });
}

/** host:port and [v6]:port without the port; anything else as it is. */
function stripPort(value: string): string {
  const found = /^(?:\[([^\]]*)\]|([^:[\]]*)):[^:]*$/.exec(value);
  return found ? (found[1] ?? found[2]) : value;
}

/** The host's first part, the port kept; addresses as they are. */
function stripDomain(value: string): string {
  const port = /^(?:\[[^\]]*\]|[^:[\]]*)(:[^:]*)$/.exec(value)?.[1] ?? "";
  const host = stripPort(value);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(":")) return value;
  return host.split(".")[0] + port;
}

function link(expr: string, tab: number): string {
  return `/graph?g0.expr=${escapeQuery(expr)}&g0.tab=${tab}`;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/$/, "") : "";
}
