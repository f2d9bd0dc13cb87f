/**
 * The text of a rule file -> its groups, and all that is wrong with it, in the words of `promtool check rules`. A file with any issue
 * must not be run. https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 */
import { messageOf, QueryError } from "../../base/errors.ts";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import { parseAlertTemplate } from "../template/expand.ts";
import { YamlFields, type FieldsSettings } from "../yaml/yaml-fields.ts";
import { readYaml, type Place, type YamlIssue, type YamlNode } from "../yaml/yaml-node.ts";
import { formatNode, parseSource } from "./parse-source.ts";
import { ruleName, type Rule, type RuleGroup } from "./rule-file.ts";
import { KIND_NAMES, type KindName, type RuleSource } from "./rule-source.ts";

export interface ParsedRules {
  readonly groups: readonly RuleGroup[];
  /** In the order of the file. */
  readonly issues: readonly YamlIssue[];
}

export interface ParseRulesSettings {
  readonly ignoresUnknown?: boolean;
}

/** Variables that alert templates have beside their data. */
export const ALERT_VARIABLES = ["$labels", "$externalLabels", "$externalURL", "$value"];
/** Alerts of Goldspan's kinds have what their evaluation found beside the value: the normal one, its band, a sentence. */
export const KIND_VARIABLES = [...ALERT_VARIABLES, "$details"];

/** Texts that YAML 1.2 can hold and Prometheus' labels cannot: a half of a surrogate pair. */
const LONE_SURROGATE = /\p{Cs}/u;

export function parseRules(text: string, { ignoresUnknown = false }: ParseRulesSettings = {}): ParsedRules {
  const { node, issues: yamlIssues } = readYaml(text);
  if (yamlIssues.length > 0) return { groups: [], issues: yamlIssues };
  const issues: YamlIssue[] = [];
  const reader = new RuleReader({ issues, ignoresUnknown });
  const groups = reader.file(node);
  return { groups, issues };
}

class RuleReader {
  readonly #settings: FieldsSettings;

  constructor(settings: FieldsSettings) {
    this.#settings = settings;
  }

  file(node: YamlNode): RuleGroup[] {
    const fields = new YamlFields(node, "a rule file", this.#settings);
    const names = new Set<string>();
    const groups = fields.list("groups").map((each) => this.#group(each, names));
    fields.close();
    return groups;
  }

  #fail(at: Place | undefined, message: string): void {
    this.#settings.issues.push({ at, message });
  }

  #group(node: YamlNode, names: Set<string>): RuleGroup {
    const fields = new YamlFields(node, "a rule group", this.#settings);
    const { at } = fields;
    const name = fields.text("name");
    if (name === "") this.#fail(at, "Groupname must not be empty");
    if (names.has(name)) this.#fail(at, `groupname: ${JSON.stringify(name)} is repeated in the same file`);
    names.add(name);
    const intervalMillis = fields.duration("interval");
    const queryOffsetMillis = fields.duration("query_offset");
    const limit = fields.whole("limit") ?? 0;
    const labels = fields.textMap("labels");
    for (const { label, message } of labelFaults(labels))
      this.#fail(fields.placeOf("labels", label), `group ${JSON.stringify(name)}: ${message}`);
    const rules = fields.list("rules").flatMap((each, i) => this.#rule(each, name, i + 1));
    fields.close();
    return {
      name,
      ...(intervalMillis && { intervalMillis }),
      ...(queryOffsetMillis !== undefined && { queryOffsetMillis }),
      limit,
      labels,
      rules,
      at,
    };
  }

  #rule(node: YamlNode, group: string, number: number): Rule[] {
    const fields = new YamlFields(node, "a rule", this.#settings);
    const { at } = fields;
    const [record, alert, expr] = [fields.text("record"), fields.text("alert"), fields.text("expr")];
    const forMillis = fields.duration("for") ?? 0;
    const keepFiringForMillis = fields.duration("keep_firing_for") ?? 0;
    const [labels, annotations] = [fields.textMap("labels"), fields.textMap("annotations")];
    const prefix = `group ${JSON.stringify(group)}, rule ${number}, ${JSON.stringify(alert || record)}: `;
    const fail = (key: string, message: string, label?: string) =>
      this.#fail(fields.placeOf(key, label), prefix + message);
    if (record !== "" && alert !== "") fail("record", "only one of 'record' and 'alert' must be set");
    if (record === "" && alert === "") fail("expr", "one of 'record' or 'alert' must be set");
    const [kind, ...others] = KIND_NAMES.filter((key) => fields.get(key) !== undefined);
    const source = kind === undefined ? PROMQL : this.#source(kind, fields, prefix);
    if (kind !== undefined && others.length > 0)
      fail(others[0], `only one of '${kind}' and '${others[0]}' must be set`);
    if (kind !== undefined && fields.get("expr") !== undefined)
      fail("expr", `only one of 'expr' and '${kind}' must be set`);
    if (kind !== undefined && record !== "") fail(kind, `invalid field '${kind}' in recording rule; it takes 'expr'`);
    const fault = kind === undefined ? exprFault(expr) : undefined;
    if (fault !== undefined) fail("expr", fault);
    for (const { message, label } of labelFaults(labels)) fail("labels", message, label);
    if (kind === "slo" && Object.hasOwn(labels, "severity"))
      fail("labels", "an slo sets the label severity itself: page or ticket", "severity");
    for (const name of Object.keys(annotations))
      if (!isLabelName(name)) fail("annotations", `invalid annotation name: ${name}`, name);
    if (alert !== "") {
      const variables = kind === undefined ? ALERT_VARIABLES : KIND_VARIABLES;
      for (const { message, label } of templateFaults(alert, "label", labels, variables))
        fail("labels", message, label);
      for (const { message, label } of templateFaults(alert, "annotation", annotations, variables))
        fail("annotations", message, label);
    }
    if (record !== "")
      for (const message of recordFaults(record, { forMillis, keepFiringForMillis, annotations }))
        fail("record", message);
    fields.close();
    if (alert !== "") {
      if (source === undefined) return [];
      const node = kind === undefined ? undefined : fields.get(kind);
      const text = node === undefined ? expr : `${kind}: ${formatNode(node)}`;
      const timing = { forMillis, keepFiringForMillis };
      return [{ kind: "alerting", alert, expr: text, source, ...timing, labels, annotations, at }];
    }
    return record === "" ? [] : [{ kind: "recording", record, expr, labels, at }];
  }

  #source(kind: KindName, fields: YamlFields, prefix: string): RuleSource | undefined {
    const node = fields.get(kind);
    if (node === undefined || node.kind === "null") {
      this.#fail(fields.placeOf(kind), `${prefix}cannot evaluate '${kind}' without settings; write ${kind}: {}`);
      return undefined;
    }
    const issues: YamlIssue[] = [];
    const source = parseSource(kind, node, { ...this.#settings, issues });
    for (const { at, message } of issues) this.#fail(at, prefix + message);
    return source;
  }
}

const PROMQL: RuleSource = { kind: "promql" };

function exprFault(expr: string): string | undefined {
  if (expr === "") return "field 'expr' must be set in rule";
  try {
    parseExpr(expr);
    return undefined;
  } catch (error) {
    const hint = error instanceof QueryError && error.hint !== undefined ? `; ${error.hint}` : "";
    return `could not parse expression: ${messageOf(error)}${hint}`;
  }
}

function isLabelName(name: string): boolean {
  return name !== "" && !LONE_SURROGATE.test(name);
}

interface LabelFault {
  readonly label: string;
  readonly message: string;
}

function* labelFaults(labels: Readonly<Record<string, string>>): Generator<LabelFault> {
  for (const [label, value] of Object.entries(labels)) {
    if (!isLabelName(label) || label === "__name__") yield { label, message: `invalid label name: ${label}` };
    if (LONE_SURROGATE.test(value)) yield { label, message: `invalid label value: ${value}` };
  }
}

function* recordFaults(
  record: string,
  rule: { readonly forMillis: number; readonly keepFiringForMillis: number; readonly annotations: object },
): Generator<string> {
  if (Object.keys(rule.annotations).length > 0) yield "invalid field 'annotations' in recording rule";
  if (rule.forMillis !== 0) yield "invalid field 'for' in recording rule";
  if (rule.keepFiringForMillis !== 0) yield "invalid field 'keep_firing_for' in recording rule";
  if (LONE_SURROGATE.test(record)) yield `invalid recording rule name: ${record}`;
  if (/[{}]/.test(record)) yield `braces present in the recording rule name; should it be in expr?: ${record}`;
}

function* templateFaults(
  alert: string,
  what: string,
  texts: Readonly<Record<string, string>>,
  variables: readonly string[],
): Generator<LabelFault> {
  for (const [label, text] of Object.entries(texts)) {
    try {
      parseAlertTemplate(text, `__alert_${alert}`, variables);
    } catch (error) {
      yield { label, message: `${what} ${JSON.stringify(label)}: ${messageOf(error)}` };
    }
  }
}

export interface DuplicateRule {
  /** The alert's or the recorded metric's name. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Rules that make the same series as another of the file, each once, sorted by name: what they record is at odds. */
export function findDuplicates(groups: readonly RuleGroup[]): DuplicateRule[] {
  return [...alike(groups)].map(([{ name, labels }]) => ({ name, labels })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What runs and is hardly meant, in the order of the text. */
export function lintRules(groups: readonly RuleGroup[]): YamlIssue[] {
  return [...alike(groups)]
    .flatMap(([first, ...others]) =>
      others.map(({ at, name }) => ({
        at,
        message: `${JSON.stringify(name)} stands in line ${first.at.line} already, with the same labels: what both make is at odds`,
      })),
    )
    .sort((a, b) => a.at.line - b.at.line);
}

type PlacedRule = DuplicateRule & Pick<Rule, "at">;

/** Rules of one name and the same labels, where there are several. */
function alike(groups: readonly RuleGroup[]): PlacedRule[][] {
  const all = groups.flatMap(({ labels: shared, rules }) =>
    rules.map((rule): PlacedRule => {
      const labels = Object.entries({ ...shared, ...rule.labels }).sort(([a], [b]) => (a < b ? -1 : 1));
      return { name: ruleName(rule), labels: Object.fromEntries(labels), at: rule.at };
    }),
  );
  const found = Map.groupBy(all, ({ name, labels }) => JSON.stringify([name, labels]));
  return [...found.values()].filter(({ length }) => length > 1);
}

/** `rules.yml: 7:15: group "x", rule 1, "y": …` */
export function formatRuleIssue(file: string, { at, message }: YamlIssue): string {
  return `${file}: ${at ? `${at.line}:${at.column}: ` : ""}${message}`;
}
