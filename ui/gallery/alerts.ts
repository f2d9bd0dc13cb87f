/** What shows alerts: their list, what bad requests have in common, the form of a silence. The alerts are the mock's. */
import { html } from "lit";
import type {
  WireAlert,
  WireAlertDetail,
  WireChannelPreview,
  WireChannels,
  WireMatcher,
  WireRouting,
  WireRuleReplay,
  WireSlos,
} from "goldspan/contract";
import "../src/components/gs-alert-list.ts";
import "../src/components/gs-alert-mark.ts";
import "../src/components/gs-message-preview.ts";
import "../src/components/gs-route-tree.ts";
import "../src/components/gs-rule-form.ts";
import "../src/components/gs-rule-preview.ts";
import "../src/components/gs-share-pairs.ts";
import "../src/components/gs-silence-form.ts";
import "../src/components/gs-slo.ts";
import { SPANS } from "../src/model/rule-preview.ts";
import { startRule } from "../src/model/rule-start.ts";
import { alertsByService } from "../src/model/service-alerts.ts";
import { MockAlerts } from "../test/kit/mock-alerts.ts";
import { hueOf, links, NOW } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const mock = new MockAlerts(NOW);
const bodyOf = (...path: string[]): unknown => answerTo(path, undefined);
const answerTo = (path: string[], sent: unknown): unknown =>
  mock.answer(path, false, { method: sent ? "POST" : "GET", sent, now: NOW })?.body;
const { alerts } = bodyOf("alerts") as { alerts: readonly WireAlert[] };
const shown = alerts.find(({ traceIds }) => traceIds.length > 0)?.id ?? "";
const { evidence } = bodyOf("alerts", shown) as WireAlertDetail;

const { slos } = bodyOf("slos") as WireSlos;
const span = SPANS[1];
const replayed = (text: string) =>
  answerTo(["rules", "replay"], { text, line: 1, start: NOW - span.millis, end: NOW }) as WireRuleReplay;
const stateOf = (data?: WireRuleReplay, error?: { readonly message: string }) => ({
  data,
  error,
  stale: false,
  skeleton: !data && !error,
  refresh: () => undefined,
});
const fires = replayed("- alert: QueueLong\n  expr: x > 7\n");
const preview = (state: ReturnType<typeof stateOf>, progress?: number) =>
  html`<gs-rule-preview
    .query=${state}
    .span=${span}
    .progress=${progress}
    .now=${() => NOW}
    .hueOf=${hueOf}
  ></gs-rule-preview>`;

const channels = bodyOf("channels") as WireChannels;
const asked = (path: readonly string[], params: string): unknown =>
  mock.answer(path, false, { method: "GET", sent: undefined, now: NOW }, new URLSearchParams(params))?.body;
const routing = asked(["routing"], "label=severity=page&label=service_name=payments") as WireRouting;
const messageIn = (state: string) =>
  asked(["channels", "on-call", "slack", "0", "preview"], `state=${state}`) as WireChannelPreview;
const severities = ["page", "warning", "info"].map((severity, i) => ({ ...alerts[1], severity, service: String(i) }));
const byService = alertsByService(severities);

export const alertExhibits: readonly Exhibit[] = [
  {
    title: "gs-alert-list",
    states: {
      "each phase, one chosen": () =>
        html`<gs-alert-list .alerts=${alerts} selected=${shown} .hueOf=${hueOf} .links=${links}></gs-alert-list>`,
    },
  },
  {
    title: "gs-alert-mark",
    states: {
      "each severity": () =>
        html`${[...byService.values()].map((one) => html`<gs-alert-mark .alerts=${one} href="#"></gs-alert-mark> `)}`,
    },
  },
  {
    title: "gs-route-tree",
    states: {
      "nothing asked": () =>
        html`<gs-route-tree
          .routes=${channels.routes}
          .timeIntervals=${channels.timeIntervals}
          .channels=${channels.channels}
        ></gs-route-tree>`,
      "two take it": () =>
        html`<gs-route-tree
          .routes=${channels.routes}
          .timeIntervals=${channels.timeIntervals}
          .channels=${channels.channels}
          .routing=${routing}
        ></gs-route-tree>`,
    },
  },
  {
    title: "gs-message-preview",
    states: {
      firing: () => html`<gs-message-preview .blocks=${messageIn("firing").shown}></gs-message-preview>`,
      resolved: () => html`<gs-message-preview good .blocks=${messageIn("resolved").shown}></gs-message-preview>`,
    },
  },
  {
    title: "gs-share-pairs",
    states: {
      data: () =>
        html`<gs-share-pairs
          .pairs=${evidence?.attributes ?? []}
          .hrefOf=${({ key, value }: { key: string; value: string }) => links.traces(`${key}:${value}`)}
        ></gs-share-pairs>`,
    },
  },
  {
    title: "gs-silence-form",
    states: {
      "of an alert": () =>
        html`<gs-silence-form
          .matchers=${[{ name: "alertname", operator: "=", value: "DiskFull" } satisfies WireMatcher]}
        ></gs-silence-form>`,
      "being saved": () => html`<gs-silence-form busy></gs-silence-form>`,
    },
  },
  {
    title: "gs-rule-form",
    states: {
      PromQL: () => html`<gs-rule-form .fields=${startRule("expr")}></gs-rule-form>`,
      "of one that lies on disk": () => html`<gs-rule-form .fields=${startRule("slo")} readonly></gs-rule-form>`,
    },
  },
  {
    title: "gs-rule-preview",
    states: {
      "would have fired": () => preview(stateOf(fires)),
      "not all was looked at": () =>
        preview(stateOf({ ...fires, reachedMillis: NOW - span.millis / 3, stepMillis: 300_000 })),
      "nothing that could be drawn": () =>
        preview(stateOf({ ...fires, rules: fires.rules.map((rule) => ({ ...rule, chart: null })) })),
      "it works": () => preview(stateOf(), 0.4),
      "an error": () => preview(stateOf(undefined, { message: "cannot replay the rules at line 7, column 3" })),
      "cannot run": () =>
        html`<gs-rule-preview obstacle="It cannot run as it stands." .span=${span}></gs-rule-preview>`,
    },
  },
  {
    title: "gs-slo",
    states: {
      "its budget burns": () =>
        html`<gs-slo .slo=${slos[0]} .alerts=${alerts.slice(1, 2)} .links=${links} .hueOf=${hueOf}></gs-slo>`,
      "it is kept": () => html`<gs-slo .slo=${slos[1]} .links=${links} .hueOf=${hueOf} editHref="/alerts"></gs-slo>`,
      "no requests yet": () =>
        html`<gs-slo
          .slo=${{ ...slos[1], attained: null, budgetRemaining: null, burnDown: { timesMillis: [NOW - 1000, NOW], remaining: [null, null] } }}
          .links=${links}
        ></gs-slo>`,
    },
  },
];
