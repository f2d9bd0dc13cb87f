/**
 * A rule file's text as the form sees it: its rules, where each stands, and the text with one of them changed, added or taken out. Only
 * that rule is written anew: remarks, order and spaces of everything else stay. In: text; out: text. Pure.
 */
import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { formOf, RULE_KINDS, type RuleKind } from "./rule-kinds.ts";

/** What the form asks. Settings by their keys of the form, lists with commas. */
export interface RuleFields {
  readonly name: string;
  readonly kind: RuleKind;
  readonly settings: Readonly<Record<string, string>>;
  readonly for: string;
  /** Label and annotation; "" = none. */
  readonly severity: string;
  readonly summary: string;
}

export interface RuleEntry {
  readonly fields: RuleFields;
  readonly isRecording: boolean;
  readonly group: string;
  /** 1-based, both inclusive. */
  readonly line: number;
  readonly lastLine: number;
  /** Changes with what it asks, and not with what it says. */
  readonly asks: string;
}

export interface RuleText {
  readonly entries: readonly RuleEntry[];
  /** It is no YAML: what stands in the entries is not to be written. */
  readonly isBroken: boolean;
}

export const EMPTY_FILE = "groups: []\n";
const NAME_OF_GROUP = "alerts";

interface Found {
  readonly document: Document;
  readonly rules: readonly { readonly node: YAMLMap; readonly list: YAMLSeq; readonly group: string }[];
}

export function readRules(text: string): RuleText {
  const { document, rules } = find(text);
  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
  // What recording rules make is asked of as well.
  const records = JSON.stringify(rules.filter(({ node }) => node.has("record")).map(({ node }) => node));
  return {
    isBroken: document.errors.length > 0,
    entries: rules.map(({ node, group }) => {
      const [start, end] = node.range ?? [0, 0, 0];
      const asks = Object.entries(node.toJSON() as object).filter(([key]) => key !== "annotations" && key !== "labels");
      return {
        fields: fieldsOf(node),
        isRecording: node.has("record"),
        group,
        line: lineOf(start),
        lastLine: lineOf(Math.max(start, start + text.slice(start, end).trimEnd().length)),
        asks: JSON.stringify(asks) + records,
      };
    }),
  };
}

/** The rule that a line lies in, or the last one before it; -1 = none. */
export function entryAt(entries: readonly RuleEntry[], line: number): number {
  return entries.findLastIndex((entry) => entry.line <= line);
}

export function changeRule(text: string, index: number, fields: RuleFields): string {
  const { document, rules } = find(text);
  const rule = rules[index];
  if (!rule || document.errors.length > 0) return text;
  write(document, rule.node, fields);
  return splice(text, rule.node);
}

/** Behind the last rule of the last group; a file without any gets one. The new rule is the last of the file. */
export function addRule(text: string, fields: RuleFields): string {
  const { document, rules } = find(text);
  if (document.errors.length > 0) return text;
  const node = document.createNode({}) as YAMLMap;
  write(document, node, fields);
  const last = rules.at(-1);
  if (last?.node.range && !last.node.flow && !last.list.flow && isLastOf(document, last.list)) {
    const { range } = last.node;
    const dash = " ".repeat(Math.max(0, columnOf(text, range[0]) - 2));
    const before = text.slice(0, range[1]).trimEnd();
    return `${before}\n${dash}- ${indented(rendered(node), dash.length + 2)}\n${text.slice(range[1]).replace(/^\n+(?=\S)/, "\n")}`;
  }
  const groups = groupsOf(document);
  if (isMap(document.contents) && groups) {
    groups.flow = false;
    groups.add(document.createNode({ name: freshGroup(groups), rules: [node] }));
    return document.toString({ lineWidth: 0 });
  }
  const made = new Document({ groups: [{ name: NAME_OF_GROUP, rules: [node] }] });
  return `${text.trim() === "" ? "" : `${text.trimEnd()}\n`}${made.toString({ lineWidth: 0 })}`;
}

export function removeRule(text: string, index: number): string {
  const { document, rules } = find(text);
  const rule = rules[index];
  if (!rule || document.errors.length > 0) return text;
  const { list, node } = rule;
  if (list.items.length > 1 && !list.flow && node.range) {
    const from = text.lastIndexOf("\n", node.range[0]) + 1;
    const rest = text.slice(node.range[1]);
    return text.slice(0, from) + (node.flow ? rest.replace(/^[^\n]*\n/, "") : rest);
  }
  list.delete(list.items.indexOf(node));
  const groups = groupsOf(document);
  groups?.items.forEach((group, at) => {
    if (list.items.length === 0 && isMap(group) && group.get("rules") === list) groups.delete(at);
  });
  return document.toString({ lineWidth: 0 });
}

function find(text: string): Found {
  const document = parseDocument(text, { prettyErrors: false });
  const rules = (groupsOf(document)?.items ?? []).flatMap((group) => {
    const list = isMap(group) ? group.get("rules") : undefined;
    if (!isMap(group) || !isSeq(list)) return [];
    const name = textOf(group.get("name"));
    return list.items.flatMap((node) => (isMap(node) ? [{ node, list, group: name }] : []));
  });
  return { document, rules };
}

function groupsOf({ contents }: Document): YAMLSeq | undefined {
  const groups = isMap(contents) ? contents.get("groups") : undefined;
  return isSeq(groups) ? groups : undefined;
}

function isLastOf(document: Document, list: YAMLSeq): boolean {
  const group = groupsOf(document)?.items.at(-1);
  return isMap(group) && group.get("rules") === list;
}

function freshGroup(groups: YAMLSeq): string {
  const names = new Set(groups.items.map((group) => (isMap(group) ? textOf(group.get("name")) : "")));
  for (let nth = 1; ; nth++) {
    const name = nth === 1 ? NAME_OF_GROUP : `${NAME_OF_GROUP}-${nth}`;
    if (!names.has(name)) return name;
  }
}

function fieldsOf(node: YAMLMap): RuleFields {
  const kind = RULE_KINDS.find((form) => node.has(form.kind))?.kind ?? "expr";
  const own = node.get(kind);
  const settings: Record<string, string> = {};
  if (kind === "expr") settings.expr = textOf(own).trimEnd();
  else if (isMap(own))
    for (const { key } of formOf(kind).fields) {
      const value = textOf(own.getIn(key.split("."), true));
      if (value !== "") settings[key] = value;
    }
  const name = textOf(node.get("alert")) || textOf(node.get("record"));
  const [severity, summary] = [node.getIn(["labels", "severity"]), node.getIn(["annotations", "summary"])];
  return { name, kind, settings, for: textOf(node.get("for")), severity: textOf(severity), summary: textOf(summary) };
}

/** As it was written, where it was no text. */
function textOf(value: unknown): string {
  if (isSeq(value)) return value.items.map(textOf).join(", ");
  if (isScalar(value))
    return typeof value.value === "string" ? value.value : (value.source ?? JSON.stringify(value.value ?? ""));
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function write(document: Document, node: YAMLMap, fields: RuleFields): void {
  const { kind, settings } = fields;
  const isRecording = node.has("record");
  set(document, node, [isRecording ? "record" : "alert"], fields.name);
  place(document, node, kind);
  if (kind === "expr") set(document, node, ["expr"], settings.expr ?? "");
  else
    for (const { key, type } of formOf(kind).fields) {
      const value = settings[key] ?? "";
      const parts = value
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean);
      set(document, node, [kind, ...key.split(".")], type === "list" && value !== "" ? parts : value);
    }
  if (isRecording) return;
  set(document, node, ["for"], fields.for);
  // An objective sets the severity of each of its alerts itself.
  set(document, node, ["labels", "severity"], kind === "slo" ? "" : fields.severity);
  set(document, node, ["annotations", "summary"], fields.summary);
}

/** The key of the kind, in the place of that of another. */
function place(document: Document, node: YAMLMap, kind: RuleKind): void {
  if (node.has(kind)) return;
  const other = node.items.findIndex(({ key }) => RULE_KINDS.some((form) => form.kind === textOf(key)));
  const made = document.createPair(kind, kind === "expr" ? "" : {}) as Pair;
  if (other >= 0) node.items.splice(other, 1, made);
  else node.items.push(made);
}

/** "" takes it away, and a map that gets empty by it. */
function set(document: Document, node: YAMLMap, path: readonly string[], value: string | readonly string[]): void {
  if (textOf(node.getIn(path, true)) === (typeof value === "string" ? value : value.join(", "))) return;
  if (value !== "") {
    const known = node.getIn(path, true);
    // Its quotes, its block and the remark behind it stay.
    if (isScalar(known) && typeof value === "string") {
      known.value = valueOf(value);
      delete known.source;
      if (typeof known.value === "string" && known.type === Scalar.PLAIN && value.includes("\n"))
        known.type = undefined;
    } else if (path.length > 1 && !isMap(node.getIn(path.slice(0, -1)))) {
      const map = document.createNode({});
      node.setIn(path.slice(0, -1), map);
      node.setIn(path, document.createNode(valueOf(value)));
    } else node.setIn(path, document.createNode(valueOf(value)));
    return;
  }
  node.deleteIn(path);
  const holder = path.length > 1 ? node.getIn(path.slice(0, -1)) : undefined;
  const isKind = path.length === 2 && RULE_KINDS.some(({ kind }) => kind === path[0]);
  if (isMap(holder) && holder.items.length === 0 && !isKind) node.deleteIn(path.slice(0, -1));
}

function valueOf(value: string | readonly string[]): unknown {
  return typeof value === "string" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

function splice(text: string, node: YAMLMap): string {
  if (!node.range) return text;
  const [start, end] = node.range;
  const old = text.slice(start, end);
  const tail = old.slice(old.trimEnd().length);
  return text.slice(0, start) + indented(rendered(node), columnOf(text, start)) + tail + text.slice(end);
}

/** Alone, without the remarks that stand before it. */
function rendered(node: YAMLMap): string {
  const alone = new Document();
  const { commentBefore, spaceBefore } = node;
  node.commentBefore = null;
  node.spaceBefore = false;
  const [first] = node.items.filter(isPair);
  const key = isScalar(first?.key) ? first.key : undefined;
  const remark = key?.commentBefore;
  if (key) Object.assign(key, { commentBefore: null, spaceBefore: false });
  alone.contents = node as never;
  const text = alone.toString({ lineWidth: 0 }).trimEnd();
  Object.assign(node, { commentBefore, spaceBefore });
  if (key) key.commentBefore = remark;
  return text;
}

function indented(text: string, by: number): string {
  const space = " ".repeat(by);
  return text
    .split("\n")
    .map((line, index) => (index === 0 || line === "" ? line : space + line))
    .join("\n");
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}
