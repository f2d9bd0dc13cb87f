/** Each channel against its vendor's schema and limits, with a plain, a hostile and a flood of a notification; and what answers mean. */
import { describe, expect, it } from "vitest";
import type { Channel, ChannelAnswer, ChannelRequest, Outcome } from "./channel.ts";
import { discord } from "./discord.ts";
import { googleChat } from "./google-chat.ts";
import { mattermost } from "./mattermost.ts";
import { ntfy } from "./ntfy.ts";
import type { Evidence, NotifiedAlert, Notification } from "./notification.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerDuty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";

const START = Date.parse("2026-08-03T10:00:00Z");
const TRACE = "0af7651916cd43dd8448eb211c80319c";

const evidence: Evidence = {
  service: "checkout",
  operation: "POST /pay",
  traces: [
    {
      traceId: TRACE,
      spanId: "b7ad6b7169203331",
      service: "payments",
      operation: "charge",
      durationMs: 1234,
      error: true,
    },
  ],
  logs: [{ time: START, severity: "ERROR", service: "payments", body: "card <declined> & gone", traceId: TRACE }],
  release: "1.4.2",
  links: { Trace: `https://gs.example.com/trace/${TRACE}` },
};

function alertOf(name: string, more: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return {
    labels: { alertname: name, severity: "critical", service: "checkout" },
    annotations: { summary: "12 % of requests fail" },
    isResolved: false,
    startsAt: START,
    endsAt: undefined,
    generatorURL: "https://gs.example.com/rules/1",
    fingerprint: "00000000000000ff",
    evidence,
    ...more,
  };
}

function notificationOf(alerts: readonly NotifiedAlert[]): Notification {
  return {
    receiver: "team a&b",
    groupKey: '{}:{alertname="HighErrors"}',
    groupLabels: { alertname: alerts[0].labels.alertname },
    commonLabels: { alertname: alerts[0].labels.alertname, severity: "critical", service: "checkout" },
    commonAnnotations: {},
    externalURL: "https://gs.example.com",
    reason: "first",
    alerts,
  };
}

const PLAIN = notificationOf([alertOf("HighErrors")]);
const RESOLVED = notificationOf([alertOf("HighErrors", { isResolved: true, endsAt: START + 60_000 })]);
const FLOOD = notificationOf(
  Array.from({ length: 3000 }, (_, i) =>
    alertOf("HighErrors", { labels: { alertname: "HighErrors", instance: `host-${i}` } }),
  ),
);
/** Every character is one that must be escaped, half a character, or many bytes long. */
const nasty = (piece: string) => {
  const text = piece.repeat(Math.ceil(60_000 / piece.length));
  return notificationOf([
    alertOf(text, {
      labels: { alertname: text, x: text },
      annotations: {
        summary: text,
        description: text,
        runbook_url: `https://runbook.example.com/"><x>|(${text.slice(0, 100)})`,
      },
      generatorURL: `https://gs.example.com/?q=${"a&".repeat(3000)}`,
      evidence: { ...evidence, operation: text, logs: [{ ...evidence.logs[0], body: text }] },
    }),
    alertOf("Second"),
  ]);
};
const HOSTILE = ["&<>\"'", "*_`~[](){}#|!-", "\\", "😀", "\u0000\u0007\n", "ü", "<b>", "\ud83d"].map(nasty);

const SETTINGS = { url: "https://hooks.example.com/x?key=1" };
const CASES: readonly {
  readonly name: string;
  readonly build: (notification: Notification) => ChannelRequest[];
  readonly check: (body: any) => void;
}[] = [
  {
    name: "Slack",
    build: (notification) => slack.build(notification, SETTINGS),
    check: ({ text, attachments: [{ blocks }, ...others] }) => {
      expect(others).toEqual([]);
      expect(runes(text)).toBeLessThanOrEqual(4000);
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) {
        expect(runes(block.text.text)).toBeLessThanOrEqual(block.type === "header" ? 150 : 3000);
        // What is left of < and > stands around links.
        if (block.type === "section")
          expect(block.text.text.replace(/<https:\/\/[^<>|]+\|[^<>|]+>/g, "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }
      expect(blocks.reduce((sum: number, block: any) => sum + runes(block.text.text), 0)).toBeLessThanOrEqual(13_000);
    },
  },
  {
    name: "Discord",
    build: (notification) => discord.build(notification, SETTINGS),
    check: ({ embeds, allowed_mentions }) => {
      expect(allowed_mentions).toEqual({ parse: [] });
      expect(embeds.length).toBeLessThanOrEqual(10);
      let total = 0;
      for (const { title = "", description, color } of embeds) {
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeGreaterThan(0);
        expect(description.length).toBeLessThanOrEqual(4096);
        expect(Number.isInteger(color)).toBe(true);
        total += title.length + description.length;
      }
      expect(total).toBeLessThanOrEqual(6000);
    },
  },
  {
    name: "Teams",
    build: (notification) => teams.build(notification, SETTINGS),
    check: (body) => {
      const [{ contentType, content }] = body.attachments;
      expect(body.type).toBe("message");
      expect(contentType).toBe("application/vnd.microsoft.card.adaptive");
      expect(content).toMatchObject({
        type: "AdaptiveCard",
        version: "1.4",
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
      });
      expect(content.body.length).toBeGreaterThan(2);
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(27 * 1024);
      expect(content.actions.length).toBeLessThanOrEqual(6);
    },
  },
  {
    name: "Google Chat",
    build: (notification) => googleChat.build(notification, SETTINGS),
    check: (body) => {
      const [{ card }] = body.cardsV2;
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(32_000);
      expect(body.thread.threadKey).toMatch(/^[0-9a-f]{64}$/);
      const [{ widgets }] = card.sections;
      expect(widgets.length).toBeGreaterThan(1);
      const [{ textParagraph }] = widgets;
      expect(textParagraph.text.replace(/<(?:\/?b|br|\/a|a href="[^"<>]*")>/g, "")).not.toMatch(
        /[<>"]|&(?!amp;|lt;|gt;|quot;)/,
      );
    },
  },
  {
    name: "Mattermost",
    build: (notification) => mattermost.build(notification, SETTINGS),
    check: ({ attachments: [{ title, fallback, text }] }) =>
      expect(runes(title) + runes(fallback) + runes(text)).toBeLessThanOrEqual(16_383),
  },
  {
    name: "Telegram",
    build: (notification) =>
      telegram.build(notification, { apiUrl: "https://api.telegram.org/", token: "1:a", chatId: -1 }),
    check: ({ text, parse_mode }) => {
      expect(parse_mode).toBe("HTML");
      expect(text.length - (text.length - runes(text))).toBeLessThanOrEqual(4096);
      expectBalanced(text);
    },
  },
  {
    name: "ntfy",
    build: (notification) => ntfy.build(notification, { serverUrl: "https://ntfy.sh", topic: "t" }),
    check: ({ title, message, priority }) => {
      expect(runes(title)).toBeLessThanOrEqual(250);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
      expect(priority).toBeGreaterThanOrEqual(1);
      expect(priority).toBeLessThanOrEqual(5);
    },
  },
  {
    name: "PagerDuty",
    build: (notification) => pagerDuty.build(notification, { ...SETTINGS, routingKey: "key" }),
    check: (body) => {
      expect(body.dedup_key.length).toBeLessThanOrEqual(255);
      expect(runes(body.payload.summary)).toBeLessThanOrEqual(1024);
      expect(["critical", "error", "warning", "info"]).toContain(body.payload.severity);
      expect(body.payload.source).not.toBe("");
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(512_000);
    },
  },
  {
    name: "Opsgenie",
    build: (notification) => opsgenie.build(notification, { apiUrl: "https://api.opsgenie.com/", apiKey: "key" }),
    check: ({ message, alias, description, details }) => {
      if (alias === undefined) return;
      expect(runes(message)).toBeLessThanOrEqual(130);
      expect(alias.length).toBeLessThanOrEqual(512);
      expect(runes(description)).toBeLessThanOrEqual(15_000);
      expect(JSON.stringify(details).length).toBeLessThanOrEqual(9000);
    },
  },
];

const runes = (text: string) => Array.from(text).length;

function expectBalanced(html: string): void {
  const open: string[] = [];
  for (const [, close, tag] of html.matchAll(/<(\/?)(\w+)(?: href="[^"<>]*")?>/g)) {
    if (close === "") open.push(tag);
    else expect(open.pop()).toBe(tag);
  }
  expect(open).toEqual([]);
  expect(html.replace(/<\/?\w+(?: href="[^"<>]*")?>/g, "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
}

describe.each(CASES)("$name", ({ build, check }) => {
  it("says what is wrong, with its evidence", () => {
    const [request] = build(PLAIN);
    check(JSON.parse(request.body));
    expect(request.headers["content-type"]).toBe("application/json");
    const text = request.body.replaceAll("\\\\", "");
    for (const part of ["HighErrors", "12 % of requests fail", "checkout", "POST /pay", TRACE, "1.4.2"])
      expect(text).toContain(part);
  });

  it("keeps to the limits whatever is in it", () => {
    for (const notification of HOSTILE) {
      const [request] = build(notification);
      check(JSON.parse(request.body));
      expect(request.body.isWellFormed()).toBe(true);
    }
  });

  it("cuts a flood and says that it did", () => {
    const [request] = build(FLOOD);
    const body = JSON.parse(request.body);
    check(body);
    expect(request.body).toMatch(/… and \d+ more/);
  });

  it("says when all is well again", () => {
    const [request] = build(RESOLVED);
    check(JSON.parse(request.body));
    expect(request.body + request.url).toMatch(/RESOLVED|"resolve"|\/close\?/);
  });
});

describe("requests", () => {
  const bodyOf = ([{ body }]: ChannelRequest[]) => JSON.parse(body);

  it("of Slack's bots carry the token, and the user's own texts", () => {
    const [request] = slack.build(PLAIN, {
      url: "https://slack.com/api/chat.postMessage",
      token: "xoxb-1",
      channel: "#a",
      title: "T",
      text: "*own*",
      color: "#123",
    });
    expect(request.headers.authorization).toBe("Bearer xoxb-1");
    const body = JSON.parse(request.body);
    expect(body).toMatchObject({ channel: "#a", text: "T", attachments: [{ color: "#123" }] });
    expect(body.attachments[0].blocks[1]).toEqual({ type: "section", text: { type: "mrkdwn", text: "*own*" } });
  });

  it("of Google Chat keep the address's key and go to the group's thread", () => {
    const [{ url }] = googleChat.build(PLAIN, SETTINGS);
    expect(url).toBe("https://hooks.example.com/x?key=1&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
  });

  it("of Telegram cut a user's HTML between its tags", () => {
    const settings = { apiUrl: "https://api.telegram.org", token: "1:a", chatId: -1, messageThreadId: 7 };
    const [{ url, body }] = telegram.build(PLAIN, {
      ...settings,
      message: `<b>a &amp; <i>${"x&lt;".repeat(2000)}</i></b>`,
    });
    const { text, message_thread_id } = JSON.parse(body);
    expect(url).toBe("https://api.telegram.org/bot1:a/sendMessage");
    expect(message_thread_id).toBe(7);
    expect(text.endsWith("…</i></b>")).toBe(true);
    expect(runes(text)).toBeLessThanOrEqual(4096);
    expectBalanced(text);
    expect(
      bodyOf(telegram.build(PLAIN, { ...settings, parseMode: "MarkdownV2", message: "*".repeat(5000) })).parse_mode,
    ).toBeUndefined();
  });

  it("of the users' own texts keep to the limits too", () => {
    const text = '\\"😀'.repeat(20_000);
    expect(Buffer.byteLength(teams.build(PLAIN, { ...SETTINGS, text })[0].body)).toBeLessThanOrEqual(27 * 1024);
    expect(Buffer.byteLength(googleChat.build(PLAIN, { ...SETTINGS, text })[0].body)).toBeLessThanOrEqual(32_000);
    expect(
      bodyOf(discord.build(PLAIN, { ...SETTINGS, message: text, content: text })).content.length,
    ).toBeLessThanOrEqual(2000);
    expect(runes(bodyOf(mattermost.build(PLAIN, { ...SETTINGS, text })).attachments[0].text)).toBeLessThanOrEqual(
      16_383,
    );
    expect(
      Buffer.byteLength(bodyOf(ntfy.build(PLAIN, { serverUrl: "https://ntfy.sh", topic: "t", message: text })).message),
    ).toBeLessThanOrEqual(4096);
  });

  it("of PagerDuty name one incident for a group, from trigger to resolve", () => {
    const build = (notification: Notification) =>
      bodyOf(pagerDuty.build(notification, { ...SETTINGS, routingKey: "key" }));
    const [trigger, resolve] = [build(PLAIN), build(RESOLVED)];
    expect(trigger).toMatchObject({
      routing_key: "key",
      event_action: "trigger",
      payload: {
        severity: "critical",
        source: "checkout",
        component: "POST /pay",
        timestamp: "2026-08-03T10:00:00.000Z",
      },
    });
    expect(resolve).toMatchObject({ event_action: "resolve", dedup_key: trigger.dedup_key });
    expect(trigger.links).toContainEqual({ text: "Trace", href: `https://gs.example.com/trace/${TRACE}` });
  });

  it("of PagerDuty lose details that are too long, never the incident", () => {
    const settings = {
      ...SETTINGS,
      routingKey: "key",
      severity: "constructor",
      details: { dump: "x".repeat(600_000) },
    };
    const { event_action, payload } = bodyOf(pagerDuty.build(PLAIN, settings));
    expect([event_action, payload.severity]).toEqual(["trigger", "error"]);
    expect(payload.custom_details).toEqual({ error: expect.stringContaining("512 KB") });
  });

  it("of Opsgenie create, update and close", () => {
    const settings = {
      apiUrl: "https://api.opsgenie.com/",
      apiKey: "k",
      updateAlerts: true,
      priority: "P2",
      tags: ["a"],
    };
    const alias = JSON.parse(opsgenie.build(PLAIN, settings)[0].body).alias;
    expect(
      opsgenie.build(PLAIN, settings).map(({ method, url, headers }) => [method, url, headers.authorization]),
    ).toEqual([
      ["POST", "https://api.opsgenie.com/v2/alerts", "GenieKey k"],
      ["PUT", `https://api.opsgenie.com/v2/alerts/${alias}/message?identifierType=alias`, "GenieKey k"],
      ["PUT", `https://api.opsgenie.com/v2/alerts/${alias}/description?identifierType=alias`, "GenieKey k"],
    ]);
    expect(opsgenie.build(RESOLVED, settings).map(({ url }) => url)).toEqual([
      `https://api.opsgenie.com/v2/alerts/${alias}/close?identifierType=alias`,
    ]);
  });

  it("of the webhook are Alertmanager's, with evidence beside it", () => {
    const body = bodyOf(webhook.build(notificationOf([...PLAIN.alerts, ...RESOLVED.alerts]), { url: "http://a/" }));
    expect(body).toMatchObject({
      version: "4",
      status: "firing",
      receiver: "team a&b",
      groupKey: '{}:{alertname="HighErrors"}',
      truncatedAlerts: 0,
      externalURL: "https://gs.example.com",
      notification_reason: "first",
    });
    expect(body.alerts).toMatchObject([
      {
        status: "firing",
        startsAt: "2026-08-03T10:00:00.000Z",
        endsAt: "0001-01-01T00:00:00Z",
        fingerprint: "00000000000000ff",
        evidence,
      },
      { status: "resolved", endsAt: "2026-08-03T10:01:00.000Z" },
    ]);
    expect(body.alerts[0].annotations.evidence).toContain(`Trace ${TRACE}: payments charge, 1.23 s, error`);
    expect(bodyOf(webhook.build(FLOOD, { url: "http://a/", maxAlerts: 10 }))).toMatchObject({ truncatedAlerts: 2990 });
    expect(bodyOf(webhook.build(RESOLVED, { url: "http://a/" })).status).toBe("resolved");
  });

  it("of a webhook with a payload of one's own are that", () => {
    expect(webhook.build(PLAIN, { url: "http://a/", payload: { a: ["b"] } })[0].body).toBe('{"a":["b"]}');
    expect(webhook.build(PLAIN, { url: "http://a/", payload: "as it is" })[0].body).toBe("as it is");
  });
});

describe("answers", () => {
  const answer = (status: number, body = "", headers: Record<string, string> = {}): ChannelAnswer => ({
    status,
    body,
    headers,
  });
  it.each<[string, Channel<never>, ChannelAnswer, Partial<Outcome>]>([
    ["200 is sent", webhook, answer(200), { kind: "sent" }],
    ["204 is sent", discord, answer(204), { kind: "sent" }],
    ["202 is sent", pagerDuty, answer(202, '{"status":"success"}'), { kind: "sent" }],
    [
      "500 is tried again",
      webhook,
      answer(500, "oops"),
      { kind: "retry", afterMillis: undefined, message: "HTTP 500: oops" },
    ],
    [
      "429 waits as the header says",
      slack,
      answer(429, "", { "retry-after": "30" }),
      { kind: "retry", afterMillis: 30_000 },
    ],
    [
      "also for a date",
      teams,
      answer(429, "", { "retry-after": "Mon, 03 Aug 2026 10:00:05 GMT" }),
      { kind: "retry", afterMillis: 5000 },
    ],
    [
      "but not for ever",
      webhook,
      answer(503, "", { "retry-after": "999999" }),
      { kind: "retry", afterMillis: 3_600_000 },
    ],
    [
      "nor for nonsense",
      webhook,
      answer(503, "", { "retry-after": "soon" }),
      { kind: "retry", afterMillis: undefined },
    ],
    [
      "Discord says fractions of seconds",
      discord,
      answer(429, '{"retry_after":0.65}', { "retry-after": "1" }),
      { kind: "retry", afterMillis: 650 },
    ],
    [
      "Telegram says it in its body",
      telegram,
      answer(429, '{"ok":false,"error_code":429,"parameters":{"retry_after":12}}'),
      { kind: "retry", afterMillis: 12_000 },
    ],
    [
      "400 is for good",
      pagerDuty,
      answer(400, '{"status":"invalid event"}'),
      { kind: "permanent", message: 'HTTP 400: {"status":"invalid event"}' },
    ],
    ["404 is for good", slack, answer(404, "no_team"), { kind: "permanent" }],
    ["410 is for good", slack, answer(410, "channel_is_archived"), { kind: "permanent" }],
    ["413 is for good", teams, answer(413), { kind: "permanent", message: "HTTP 413" }],
    ["401 is for good", ntfy, answer(401), { kind: "permanent" }],
    ["Slack's ok is ok", slack, answer(200, "ok"), { kind: "sent" }],
    ["and its API's", slack, answer(200, '{"ok":true,"ts":"1"}'), { kind: "sent" }],
    [
      "its API refuses with 200",
      slack,
      answer(200, '{"ok":false,"error":"invalid_auth"}'),
      { kind: "permanent", message: "Slack refuses it: invalid_auth" },
    ],
    [
      "or for now",
      slack,
      answer(200, '{"ok":false,"error":"ratelimited"}', { "retry-after": "3" }),
      { kind: "retry", afterMillis: 3000 },
    ],
    ["a redirect is no success", webhook, answer(301), { kind: "permanent" }],
  ])("%s", (_name, channel, given, expected) => {
    expect(channel.judge(given, START)).toMatchObject(expected);
  });
});
