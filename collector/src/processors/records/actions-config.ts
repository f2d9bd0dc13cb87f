/**
 * `actions` of the attributes processor and `attributes` of the resource processor, as in the Collector
 * (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/attributesprocessor).
 */
import { anyValue } from "../../component/any-field.ts";
import {
  fail,
  list,
  object,
  required,
  scalar,
  string,
  type ObjectOf,
  type Field,
} from "../../component/config-schema.ts";
import { nearest } from "../../base/suggest.ts";
import { compilePattern } from "../../component/pattern.ts";

const ACTIONS = ["insert", "update", "upsert", "delete", "hash", "extract", "convert"] as const;
export type ActionName = (typeof ACTIONS)[number];

/** In either case, as in the Collector. */
const actionName: Field<ActionName> = scalar("string", { doc: ACTIONS.join(", ") }, (node) => {
  const text = node.kind === "scalar" ? node.text.toLowerCase() : "";
  const found = ACTIONS.find((name) => name === text);
  const near = nearest(text, ACTIONS);
  return found ? { value: found } : fail(`one of ${ACTIONS.join(", ")}`, near && `did you mean "${near}"?`);
});

const fields = {
  key: string({ default: "", doc: "the attribute to act on" }),
  action: required(actionName),
  value: anyValue({ doc: "insert, update, upsert: the value, in the type it is written in" }),
  from_attribute: string({ default: "", doc: "insert, update, upsert: take the value of this attribute" }),
  default_value: anyValue({ doc: "insert, update, upsert: the value where from_attribute is missing" }),
  from_context: string({ default: "", doc: "not supported: batches carry no client metadata" }),
  pattern: string({ default: "", doc: "delete, hash: keys to act on; extract: its named groups become attributes" }),
  converted_type: string({ default: "", oneOf: ["", "int", "double", "string"], doc: "convert: the new type" }),
};

const action = object(fields, { check: checkAction });

export const actions = (doc: string) => list(action, { doc });

export type Action = ObjectOf<typeof fields>;

type Fail = (key: string, message: string, fix?: string) => void;

/** Keys that an action takes besides `action`. */
const TAKES: Readonly<Record<ActionName, readonly (keyof Action)[]>> = {
  insert: ["key", "value", "from_attribute", "default_value"],
  update: ["key", "value", "from_attribute", "default_value"],
  upsert: ["key", "value", "from_attribute", "default_value"],
  delete: ["key", "pattern"],
  hash: ["key", "pattern"],
  extract: ["key", "pattern"],
  convert: ["key", "converted_type"],
};

function checkAction(config: Action, report: Fail): void {
  const name = config.action;
  if (config.from_context !== "") {
    report("from_context", "is not supported: batches carry no client metadata", "use value or from_attribute");
    return;
  }
  for (const key of ["value", "from_attribute", "default_value", "pattern", "converted_type"] as const) {
    const given = config[key] !== undefined && config[key] !== "";
    if (given && !TAKES[name].includes(key))
      report(key, `the action ${name} takes no ${key}`, `it takes ${TAKES[name].join(", ")}`);
  }
  if (TAKES[name].includes("pattern") && name !== "extract") {
    if (config.key === "" && config.pattern === "") report("", `the action ${name} needs a key or a pattern`);
  } else if (config.key === "") report("", `the action ${name} needs a key`);
  if (TAKES[name].includes("value")) {
    const sources = Number(config.value !== undefined) + Number(config.from_attribute !== "");
    if (sources === 0 && config.default_value === undefined)
      report("", `the action ${name} needs value or from_attribute`);
    if (sources > 1) report("from_attribute", "stands beside value", "keep one of them");
  }
  if (name === "convert" && config.converted_type === "")
    report("", "the action convert needs converted_type", "use int, double or string");
  if (name === "extract" && config.pattern === "") report("", "the action extract needs a pattern");
  checkPattern(config, report);
}

function checkPattern({ pattern, action: name }: Action, report: Fail): void {
  if (pattern === "") return;
  const compiled = compilePattern(pattern);
  if (typeof compiled === "string") {
    report("pattern", `is no regular expression: ${compiled}`);
  } else if (name === "extract") {
    const groups = new RegExp(`${compiled.source}|`, "u").exec("");
    const named = Object.keys(groups?.groups ?? {}).length;
    if (named === 0 || named !== (groups?.length ?? 1) - 1)
      report("pattern", "must have groups and all of them named", "write (?P<name>…)");
  }
}
