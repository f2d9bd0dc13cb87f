/** `route:` and `inhibit_rules:` -> data with compiled matchers. */
import { messageOf } from "../../../base/errors.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { YamlFields } from "../../yaml/yaml-fields.ts";
import { Matcher, sortMatchers, type MatchOperator } from "../matcher.ts";
import { parseMatchers } from "../parse-matchers.ts";
import type { ShapeSettings } from "./shape.ts";

/** As written: what is undefined comes from the parent. */
export interface RouteConfig {
  readonly receiver: string | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly matchers: readonly Matcher[];
  readonly continues: boolean;
  readonly groupWaitMillis: number | undefined;
  readonly groupIntervalMillis: number | undefined;
  readonly repeatIntervalMillis: number | undefined;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly routes: readonly RouteConfig[];
}

/** "all": each label set is a group of its own (`group_by: [...]`). */
export type GroupBy = "all" | readonly string[];

export interface InhibitRuleConfig {
  readonly name: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** What a route may name. */
export interface RouteNames {
  readonly receivers: ReadonlySet<string>;
  readonly intervals: ReadonlySet<string>;
}

/** Deeper trees are no trees that anyone wrote. */
const MOST_DEPTH = 50;

export function readRoute(
  node: YamlNode,
  names: RouteNames,
  settings: ShapeSettings,
  path = "route",
  depth = 0,
): RouteConfig {
  const fields = new YamlFields(node, path, settings);
  const fail = (key: string, message: string) =>
    settings.issues.push({ at: fields.placeOf(key), message: `${path}.${key}: ${message}` });
  const receiver = fields.text("receiver") || undefined;
  if (receiver !== undefined && !names.receivers.has(receiver))
    fail(
      "receiver",
      `there is no receiver ${JSON.stringify(receiver)}; the receivers: ${[...names.receivers].join(", ")}`,
    );
  const matchers = sortMatchers([
    ...equalMatchers(fields, "match", "=", path, settings),
    ...equalMatchers(fields, "match_re", "=~", path, settings),
    ...textMatchers(fields, "matchers", path, settings),
  ]);
  const intervals = (key: string) =>
    fields.texts(key).map((name) => {
      if (!names.intervals.has(name))
        fail(
          key,
          `there is no time interval ${JSON.stringify(name)}; the intervals: ${[...names.intervals].join(", ") || "none"}`,
        );
      return name;
    });
  const positive = (key: string) => {
    const millis = fields.duration(key);
    if (millis === 0) fail(key, "cannot be zero");
    return millis;
  };
  const route: RouteConfig = {
    receiver,
    groupBy: readGroupBy(fields, (message) => fail("group_by", message)),
    matchers,
    continues: fields.boolean("continue") ?? false,
    groupWaitMillis: fields.duration("group_wait"),
    groupIntervalMillis: positive("group_interval"),
    repeatIntervalMillis: positive("repeat_interval"),
    muteTimeIntervals: intervals("mute_time_intervals"),
    activeTimeIntervals: intervals("active_time_intervals"),
    labels: fields.textMap("labels"),
    routes:
      depth >= MOST_DEPTH
        ? []
        : fields.list("routes").map((child, i) => readRoute(child, names, settings, `${path}.routes[${i}]`, depth + 1)),
  };
  if (depth >= MOST_DEPTH) fail("routes", `routes stand more than ${MOST_DEPTH} deep in each other`);
  if (depth === 0) checkRoot(route, fail);
  fields.close();
  return route;
}

function checkRoot(route: RouteConfig, fail: (key: string, message: string) => void): void {
  if (route.receiver === undefined)
    fail("receiver", "the root route needs a receiver: the one for all that no other route takes");
  if (route.matchers.length > 0)
    fail("matchers", "the root route takes every alert and cannot have matchers; put them into a route under routes");
  if (route.muteTimeIntervals.length > 0)
    fail("mute_time_intervals", "the root route cannot be muted; put them into a route under routes");
  if (route.activeTimeIntervals.length > 0)
    fail("active_time_intervals", "the root route is always active; put them into a route under routes");
}

function readGroupBy(fields: YamlFields, fail: (message: string) => void): GroupBy | undefined {
  const node = fields.get("group_by");
  if (node === undefined || node.kind === "null") return undefined;
  const names = fields.texts("group_by");
  if (names.includes("...")) {
    if (names.length > 1) fail("... stands for all labels and cannot stand beside others");
    return "all";
  }
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) fail(`the label ${JSON.stringify(twice)} is given twice`);
  if (names.includes("")) fail("the name of a label is empty");
  return names;
}

export function readInhibitRule(node: YamlNode, path: string, settings: ShapeSettings): InhibitRuleConfig {
  const fields = new YamlFields(node, path, settings);
  const side = (name: string) =>
    sortMatchers([
      ...equalMatchers(fields, `${name}_match`, "=", path, settings),
      ...equalMatchers(fields, `${name}_match_re`, "=~", path, settings),
      ...textMatchers(fields, `${name}_matchers`, path, settings),
    ]);
  const rule = {
    name: fields.text("name"),
    source: side("source"),
    target: side("target"),
    equal: fields.texts("equal"),
  };
  fields.close();
  return rule;
}

function textMatchers(fields: YamlFields, key: string, path: string, { issues }: ShapeSettings): Matcher[] {
  return fields.list(key).flatMap((node, i) => {
    try {
      if (node.kind === "scalar") return parseMatchers(node.text);
      throw new Error('write each matcher as one text: service="api"');
    } catch (error) {
      issues.push({ at: node.at, message: `${path}.${key}[${i}]: ${messageOf(error)}` });
      return [];
    }
  });
}

function equalMatchers(
  fields: YamlFields,
  key: string,
  operator: MatchOperator,
  path: string,
  { issues }: ShapeSettings,
): Matcher[] {
  return Object.entries(fields.textMap(key)).flatMap(([name, value]) => {
    try {
      if (/^[a-zA-Z_]\w*$/.test(name)) return [new Matcher(name, operator, value)];
      throw new Error(`${JSON.stringify(name)} is no name of a label; newer names stand under matchers`);
    } catch (error) {
      issues.push({ at: fields.placeOf(key), message: `${path}.${key}: ${messageOf(error)}` });
      return [];
    }
  });
}
