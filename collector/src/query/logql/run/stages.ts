/** Stages of a pipeline as functions on an entry: each changes it or says that it is out. */
import { LimitError } from "../../../base/work-scope.ts";
import { compileMatcher } from "../../../model/label-matcher.ts";
import { hasIpIn, parseIpRange, type IpRange } from "../ip-range.ts";
import type { LabelChoice, LabelFormat, Stage } from "../parse/ast.ts";
import { ERROR, ERROR_DETAILS, type Entry } from "./entry.ts";
import { compileLabelFilter } from "./label-filter.ts";
import { compileLogPattern } from "./log-pattern.ts";
import { jsonStage } from "./parse-json.ts";
import { logfmtStage } from "./parse-logfmt.ts";
import { compileLineTest, compileSearch } from "./search-pattern.ts";
import { compileTemplate } from "./template.ts";
import { unpack } from "./unpack.ts";

/** Of a distinct stage, and of all of them together. */
const MOST_DISTINCT = 500_000;
const MOST_CHARACTERS = 50_000_000;

/** False = the record is out. */
export type StageFunction = (entry: Entry) => boolean;

/** One function for all of the stages; it may keep state, so one is made for each scan. */
export function compileStages(stages: readonly Stage[]): StageFunction {
  const functions = stages.map(compileStage);
  return (entry) => {
    for (const stage of functions) if (!stage(entry)) return false;
    return true;
  };
}

function compileStage(stage: Stage): StageFunction {
  switch (stage.kind) {
    case "line": {
      const test = compileLineFilter(stage);
      return (entry) => test(entry.line);
    }
    case "json":
      return jsonStage(stage.fields);
    case "logfmt":
      return logfmtStage(stage);
    case "regexp": {
      const { names, find } = compileSearch(stage.expression);
      return (entry) => {
        const { named } = find(entry.line) ?? {};
        if (named) for (const name of names) if (named[name]) entry.extract(name, named[name]);
        return true;
      };
    }
    case "pattern": {
      const { extract } = compileLogPattern(stage.expression, "parser");
      return (entry) => {
        const found = extract(entry.line) ?? [];
        for (let i = 0; i < found.length; i += 2) entry.extract(found[i], found[i + 1]);
        return true;
      };
    }
    case "unpack":
      return unpack;
    case "decolorize":
      return (entry) => {
        // eslint-disable-next-line no-control-regex
        if (entry.line.includes("\x1b")) entry.line = entry.line.replace(/\x1b\[[0-9;:]*m/g, "");
        return true;
      };
    case "filter":
      return compileLabelFilter(stage.filter);
    case "line_format": {
      const template = compileTemplate(stage.template);
      return (entry) => {
        const line = template(entry);
        if (line !== undefined) entry.line = line;
        return true;
      };
    }
    case "label_format":
      return formatLabels(stage.formats);
    case "keep":
      return keepLabels(stage.labels);
    case "drop":
      return dropLabels(stage.labels);
    case "distinct": {
      const seen = new Set<string>();
      let characters = 0;
      return (entry) => {
        const values = stage.labels.map((name) => entry.get(name));
        if (values.includes(undefined)) return true;
        const key = values.join("\0");
        if (seen.has(key)) return false;
        characters += key.length;
        if (seen.size >= MOST_DISTINCT || characters > MOST_CHARACTERS)
          throw new LimitError(
            "rows",
            `distinct comes to more than ${seen.size} values; narrow the time or the stream`,
          );
        seen.add(key);
        return true;
      };
    }
  }
}

export function compileLineFilter({ operator, texts }: Stage & { kind: "line" }): (line: string) => boolean {
  const tests = texts.map(({ value, isIp }): ((line: string) => boolean) => {
    if (isIp) {
      const range = parseIpRange(value) as IpRange;
      return (line) => hasIpIn(range, line);
    }
    if (operator === "|~" || operator === "!~") return compileLineTest(value);
    if (operator === "|>" || operator === "!>") return compileLogPattern(value, "filter").test;
    return (line) => line.includes(value);
  });
  const any = tests.length === 1 ? tests[0] : (line: string) => tests.some((test) => test(line));
  return operator.startsWith("!") ? (line) => !any(line) : any;
}

function formatLabels(formats: readonly LabelFormat[]): StageFunction {
  const changes = formats.map((format) => {
    if ("from" in format)
      return (entry: Entry) => {
        const value = entry.get(format.from);
        if (value === undefined) return;
        entry.drop(format.from);
        entry.set(format.name, value);
      };
    const template = compileTemplate(format.template);
    return (entry: Entry) => {
      const value = template(entry);
      if (value !== undefined) entry.set(format.name, value);
    };
  });
  return (entry) => {
    for (const change of changes) change(entry);
    return true;
  };
}

function keepLabels(labels: readonly LabelChoice[]): StageFunction {
  const choices = new Map(labels.map((choice) => [choice.name, testOf(choice)]));
  return (entry) => {
    for (const name of entry.names()) {
      // What went wrong is not hidden by keeping something else.
      if (name === ERROR || name === ERROR_DETAILS) continue;
      if (!choices.get(name)?.(entry.get(name) ?? "")) entry.drop(name);
    }
    return true;
  };
}

function dropLabels(labels: readonly LabelChoice[]): StageFunction {
  const choices = labels.map((choice) => ({ name: choice.name, test: testOf(choice) }));
  return (entry) => {
    for (const { name, test } of choices) {
      const value = entry.get(name);
      if (value !== undefined && test(value)) entry.drop(name);
    }
    return true;
  };
}

function testOf({ matcher }: LabelChoice): (value: string) => boolean {
  return matcher ? compileMatcher(matcher).test : () => true;
}
