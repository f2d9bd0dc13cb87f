/**
 * The functions and the data of Alertmanager's notification templates; nothing here reads or waits.
 * https://prometheus.io/docs/alerting/latest/notifications/
 */
import { compilePattern } from "../../base/text-pattern.ts";
import type { TemplateFunctions } from "./functions.ts";
import { humanizeDuration } from "./humanize.ts";
import { replaceAll, title } from "./prometheus-functions.ts";
import { GoDuration, GoTime } from "./time.ts";
import {
  isList,
  isMap,
  MethodList,
  Structure,
  TemplateFault,
  textOf,
  TextMap,
  toFloat,
  typeName,
  type Value,
} from "./value.ts";

type Labels = Readonly<Record<string, string>>;

/** What a notification is about. Times are unix milliseconds. */
export interface TemplateNotification {
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly alerts: readonly {
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly isResolved: boolean;
    readonly startsAt: number;
    /** Of a resolved one. */
    readonly endsAt: number | undefined;
    readonly generatorURL: string;
    readonly fingerprint: string;
  }[];
}

const text = (run: (value: string) => Value) => ({ least: 1, run: (value: Value) => run(textOf(value)) });

/** @param nowMillis unix milliseconds, for `since` */
export function alertmanagerFunctions(nowMillis: number): TemplateFunctions {
  return {
    toUpper: text((value) => value.toUpperCase()),
    toLower: text((value) => value.toLowerCase()),
    title: text(title),
    trimSpace: text((value) => value.trim()),
    join: { least: 2, run: (by, list) => textsOf(list).join(textOf(by)) },
    match: { least: 2, run: (pattern, value) => compilePattern(textOf(pattern)).test(textOf(value)) },
    reReplaceAll: {
      least: 3,
      run: (pattern, replacement, value) => replaceAll(textOf(pattern), textOf(replacement), textOf(value)),
    },
    stringSlice: { least: 0, most: 1000, run: (...values) => values.map(textOf) },
    safeHtml: text((value) => value),
    safeUrl: text((value) => value),
    urlUnescape: text(unescapeQuery),
    date: { least: 2, run: (layout, time) => timeOf(time).format(textOf(layout)) },
    tz: { least: 2, run: (zone, time) => timeOf(time).in(textOf(zone)) },
    since: { least: 1, run: (time) => new GoDuration(GoTime.ofMillis(nowMillis).nanos - timeOf(time).nanos) },
    humanizeDuration: { least: 1, run: (value) => humanizeDuration(toFloat(value)) },
    toJson: { least: 1, run: (value) => JSON.stringify(plain(value, 0)) },
  };
}

export function notificationData(notification: TemplateNotification): Structure {
  const { receiver, groupLabels, commonLabels, commonAnnotations, externalURL } = notification;
  const alerts = notification.alerts.map((alert) => ({
    isResolved: alert.isResolved,
    value: new Structure("template.Alert", {
      Status: alert.isResolved ? "resolved" : "firing",
      Labels: labelMap(alert.labels),
      Annotations: labelMap(alert.annotations),
      StartsAt: GoTime.ofMillis(alert.startsAt),
      EndsAt: alert.endsAt === undefined ? GoTime.ZERO : GoTime.ofMillis(alert.endsAt),
      GeneratorURL: alert.generatorURL,
      Fingerprint: alert.fingerprint,
    }),
  }));
  const of = (isResolved: boolean) =>
    alerts.filter((alert) => alert.isResolved === isResolved).map(({ value }) => value);
  return new Structure("*template.Data", {
    Receiver: receiver,
    Status: of(false).length > 0 ? "firing" : "resolved",
    Alerts: MethodList.with(
      alerts.map(({ value }) => value),
      { Firing: () => of(false), Resolved: () => of(true) },
    ),
    GroupLabels: labelMap(groupLabels),
    CommonLabels: labelMap(commonLabels),
    CommonAnnotations: labelMap(commonAnnotations),
    ExternalURL: externalURL,
  });
}

/** Alertmanager's KV. */
function labelMap(labels: Labels): TextMap {
  // By name, alertname before all others.
  const names = Object.keys(labels).sort((a, b) => (a === "alertname" ? -1 : b === "alertname" ? 1 : a < b ? -1 : 1));
  const values = () => names.map((name) => labels[name]);
  return new TextMap(labels, {
    Names: () => names,
    Values: values,
    SortedPairs: () =>
      MethodList.with(
        names.map((Name) => new Structure("template.Pair", { Name, Value: labels[Name] })),
        {
          Names: () => names,
          Values: values,
          String: () => names.map((name) => `${name}=${labels[name]}`).join(", "),
        },
      ),
    Remove: (list) => {
      const gone = new Set(textsOf(list));
      return labelMap(Object.fromEntries(Object.entries(labels).filter(([name]) => !gone.has(name))));
    },
  });
}

function textsOf(value: Value): string[] {
  if (!isList(value)) throw new TemplateFault(`wrong type for value; expected []string; got ${typeName(value)}`);
  return value.map(textOf);
}

function timeOf(value: Value): GoTime {
  if (value instanceof GoTime) return value;
  throw new TemplateFault(`wrong type for value; expected time.Time; got ${typeName(value)}`);
}

function unescapeQuery(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    throw new TemplateFault(`invalid URL escape in ${JSON.stringify(value.slice(0, 100))}`);
  }
}

/** As JSON has it; ints as numbers, times as RFC 3339. */
function plain(value: Value, depth: number): unknown {
  if (depth > 20) throw new TemplateFault("the value is too deep for JSON");
  if (typeof value === "bigint") return Number(value);
  if (value === null || typeof value !== "object") return value;
  const inner = (each: Value) => plain(each, depth + 1);
  if (value instanceof GoTime) return value.format("2006-01-02T15:04:05.999999999Z07:00");
  if (isList(value)) return value.map(inner);
  return Object.fromEntries(
    [...(isMap(value) ? value : value.fields)].map(([name, each]) => [lowerFirst(name, value), inner(each)]),
  );
}

/** Alertmanager's structs have JSON names that begin small. */
function lowerFirst(name: string, of: Value): string {
  if (!(of instanceof Structure)) return name;
  return name[0].toLowerCase() + name.slice(1);
}
