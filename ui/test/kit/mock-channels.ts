/** The mock's channels: two of a well and an ailing one, the routes to them, a preview with hostile text, one letter that was given up. */
import type { WireChannelPreview, WireChannels, WireDeadLetters, WireRoute, WireRouting } from "goldspan/contract";
import type { Answer, Asked } from "./answer.ts";

const MINUTE = 60_000;

export class MockChannels {
  private readonly startedAt: number;
  private letters: WireDeadLetters["letters"];

  constructor(startedAt: number) {
    this.startedAt = startedAt;
    this.letters = [
      {
        id: "ops/webhook/0/a@1",
        receiver: "ops",
        kind: "webhook",
        channelId: "ops/webhook/0",
        alerts: ["DiskFull"],
        createdAtMillis: startedAt - 90 * MINUTE,
        failedAtMillis: startedAt - 30 * MINUTE,
        attempts: 12,
        message: "HTTP 503: <b>busy</b>",
      },
    ];
  }

  /** Undefined: there is nothing at this path. */
  answer(path: readonly string[], isEmpty: boolean, asked: Asked, params: URLSearchParams): Answer | undefined {
    if (path[0] === "dead-letters" && path[1]) {
      this.letters = this.letters.filter(({ id }) => id !== path[1]);
      return { status: 204, body: undefined };
    }
    if (path[0] === "dead-letters") return { status: 200, body: { letters: isEmpty ? [] : this.letters } };
    if (path[0] === "routing") return { status: 200, body: routingOf(params.getAll("label")) };
    if (path[0] !== "channels") return undefined;
    if (path[4] === "test" && asked.method === "POST")
      return { status: 200, body: { outcome: "failed", message: "HTTP 404: no_team", durationMillis: 80 } };
    if (path[4] === "preview") return { status: 200, body: previewOf(params) };
    return { status: 200, body: channelsOf(isEmpty, this.startedAt) };
  }
}

function channelsOf(isEmpty: boolean, now: number): WireChannels {
  if (isEmpty) return { configFile: "", issues: [], channels: [], routes: [], timeIntervals: [] };
  const channel = {
    id: "on-call/slack/0",
    receiver: "on-call",
    kind: "slack",
    index: 0,
    target: "hooks.slack.com",
    sendResolved: true,
    sent: 12,
    failed: 0,
    waiting: 0,
    lastSentMillis: now - 4 * MINUTE,
    lastError: "",
    lastErrorMillis: null,
    retryAtMillis: null,
  };
  const failing = {
    ...channel,
    id: "ops/webhook/0",
    receiver: "ops",
    kind: "webhook",
    target: "ops.example.net",
    sendResolved: false,
    failed: 3,
    waiting: 1,
    lastError: "HTTP 503",
    lastErrorMillis: now - MINUTE,
  };
  return {
    configFile: "alertmanager.yml",
    issues: [],
    channels: [channel, failing],
    routes: [
      route(0, "ops", {}),
      route(1, "on-call", { matchers: ['severity="page"'], groupWaitMillis: 5_000, continues: true }),
      route(1, "ops", { matchers: ['service_name=~"payments|orders"'], groupBy: ["..."] }),
      route(2, "on-call", {
        matchers: ['severity="warning"'],
        activeTimeIntervals: ["office-hours"],
        isMuted: true,
      }),
    ],
    timeIntervals: [
      { name: "office-hours", texts: ["Monday to Friday, 08:00 to 18:00 (Europe/Berlin)"], isNow: false },
    ],
  };
}

function route(depth: number, receiver: string, more: Partial<WireRoute>): WireRoute {
  return {
    depth,
    receiver,
    matchers: [],
    groupBy: ["alertname", "service_name"],
    groupWaitMillis: 30_000,
    groupIntervalMillis: 5 * MINUTE,
    repeatIntervalMillis: 240 * MINUTE,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    continues: false,
    isMuted: false,
    ...more,
  };
}

/** By hand what the tree above says. */
function routingOf(labels: readonly string[]): WireRouting {
  const groupLabels = { alertname: "" };
  const matches: WireRouting["matches"] = [];
  if (labels.includes("severity=page")) matches.push({ route: 1, receiver: "on-call", groupLabels, isMuted: false });
  const isShop = labels.some((label) => /^service_name=(?:payments|orders)$/.test(label));
  if (isShop && labels.includes("severity=warning"))
    matches.push({ route: 3, receiver: "on-call", groupLabels, isMuted: true });
  else if (isShop) matches.push({ route: 2, receiver: "ops", groupLabels, isMuted: false });
  if (matches.length === 0) matches.push({ route: 0, receiver: "ops", groupLabels, isMuted: false });
  return { matches, silencedBy: labels.includes("alertname=DiskFull") ? ["7d0f4c52"] : [], inhibitedBy: [] };
}

function previewOf(params: URLSearchParams): WireChannelPreview {
  const isOver = params.get("state") === "resolved";
  const title = isOver ? "[RESOLVED] ErrorRatioUnusual payments" : "[FIRING:1] ErrorRatioUnusual payments";
  const run = (text: string, more: object = {}) => ({ text, isBold: false, isCode: false, href: "", ...more });
  return {
    requests: [
      { method: "POST", url: "https://hooks.slack.com/<secret>", headers: {}, body: JSON.stringify({ text: title }) },
    ],
    text: title,
    hasPicture: !isOver,
    shown: [
      { kind: "heading", runs: [run(title)], fields: [] },
      {
        kind: "text",
        runs: [
          run("ErrorRatioUnusual", { isBold: true }),
          run("\n<img src=x onerror=alert(1)> 68 % of requests fail\n"),
        ],
        fields: [],
      },
      { kind: "fields", runs: [], fields: [{ name: "severity", value: "page" }] },
      { kind: "links", runs: [run("Trace", { href: "https://goldspan.example.com/traces/1" })], fields: [] },
      ...(isOver ? [] : [{ kind: "picture" as const, runs: [], fields: [] }]),
    ],
  };
}
