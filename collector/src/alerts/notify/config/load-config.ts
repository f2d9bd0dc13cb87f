/**
 * Alertmanager's configuration file, unchanged, -> data: everything checked, defaults and `global` filled in, matchers compiled.
 * In: the text and the environment. Out: the configuration, or one error that lists all mistakes with file and line. Reads no file.
 */
import { readYaml, type YamlIssue } from "../../yaml/yaml-node.ts";
import { YamlFields } from "../../yaml/yaml-fields.ts";
import type { TimeInterval } from "../time-interval.ts";
import { GLOBAL_DEFAULTS, GLOBAL_SHAPE, type GlobalConfig } from "./global-shape.ts";
import { readIntervals, type NamedIntervals } from "./interval-config.ts";
import { readReceivers, type ReceiverConfig } from "./receiver-config.ts";
import { readInhibitRule, readRoute, type InhibitRuleConfig, type RouteConfig } from "./route-config.ts";
import { readShape, type ShapeSettings } from "./shape.ts";

export interface NotifyConfig {
  readonly global: GlobalConfig;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig[];
  readonly inhibitRules: readonly InhibitRuleConfig[];
  readonly intervals: NamedIntervals;
  /** Paths or globs of template files, relative to the file. */
  readonly templates: readonly string[];
}

export interface LoadSettings {
  /** For messages. */
  readonly file: string;
  readonly environment: ShapeSettings["environment"];
}

/** All that is wrong with an Alertmanager configuration. */
export class NotifyConfigError extends Error {
  override name = "NotifyConfigError";
  readonly issues: readonly YamlIssue[];

  constructor(file: string, issues: readonly YamlIssue[]) {
    const lines = issues.map(({ at, message }) => `  ${file}${at ? `:${at.line}` : ""}: ${message}`);
    super(`cannot load the notification configuration:\n${lines.join("\n")}`);
    this.issues = issues;
  }
}

/** @throws NotifyConfigError */
export function loadNotifyConfig(text: string, { file, environment }: LoadSettings): NotifyConfig {
  const { node, issues: found } = readYaml(text);
  const issues = [...found];
  if (issues.length > 0) throw new NotifyConfigError(file, issues);
  const settings: ShapeSettings = { issues, environment };
  const top = new YamlFields(node, "the configuration", settings);
  const global: GlobalConfig = {
    ...GLOBAL_DEFAULTS,
    ...readShape(top.get("global"), GLOBAL_SHAPE, "global", settings),
  };
  if (global.slack_api_url && global.slack_app_token)
    issues.push({
      at: top.placeOf("global"),
      message: "global: at most one of slack_api_url and slack_app_token can be given",
    });
  const receivers = readReceivers(top.list("receivers"), global, settings);
  const intervals = new Map<string, readonly TimeInterval[]>();
  readIntervals(top.list("mute_time_intervals"), "mute_time_intervals", intervals, settings);
  readIntervals(top.list("time_intervals"), "time_intervals", intervals, settings);
  const inhibitRules = top
    .list("inhibit_rules")
    .map((rule, i) => readInhibitRule(rule, `inhibit_rules[${i}]`, settings));
  const routeNode = top.get("route");
  const names = { receivers: new Set(receivers.map(({ name }) => name)), intervals: new Set(intervals.keys()) };
  const route = routeNode && routeNode.kind !== "null" ? readRoute(routeNode, names, settings) : undefined;
  if (!route) issues.push({ at: undefined, message: "route is missing: it says which receiver gets which alerts" });
  const templates = top.texts("templates");
  // Of Alertmanager's own process: known, and of no effect here.
  top.get("tracing");
  top.get("event_recorder");
  top.close();
  if (issues.length > 0 || !route)
    throw new NotifyConfigError(
      file,
      issues.toSorted((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0)),
    );
  return { global, route, receivers, inhibitRules, intervals, templates };
}
