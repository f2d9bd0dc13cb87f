import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../../../../test/kit/fixtures.ts";
import { formatMatchers } from "../matcher.ts";
import { loadNotifyConfig, NotifyConfigError, type NotifyConfig } from "./load-config.ts";
import type { IntegrationOf } from "./receiver-config.ts";
import type { ReceiverKind } from "./receiver-shapes.ts";
import { Secret } from "./secret.ts";

const environment = { TOKEN: "xoxb-1", HOOK: "https://hooks.example.com/T1" };

function load(text: string): NotifyConfig {
  return loadNotifyConfig(text, { file: "am.yml", environment });
}

function messageOf(text: string): string {
  try {
    load(text);
  } catch (error) {
    if (error instanceof NotifyConfigError) return error.message;
    throw error;
  }
  return "";
}

function only<K extends ReceiverKind>(config: NotifyConfig, kind: K): IntegrationOf<K> {
  const found = config.receivers.flatMap(({ integrations }) => integrations).filter((each) => each.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as IntegrationOf<K>;
}

const withReceiver = (body: string, global = "") => `${global}
route: { receiver: team }
receivers:
- name: team
${body}
`;
const reveal = (secret: Secret | undefined) =>
  secret?.reveal({ environment, readFile: (path) => `content of ${path}\n` });

describe.skipIf(!hasFixtures)("Alertmanager's own files load", () => {
  const files = listFixtures("alertmanager", ".yml");

  it.each(files)("%s", (name) => {
    const config = load(readFixture(name).toString());
    expect(config.receivers.length).toBeGreaterThan(0);
    expect(config.receivers.map((receiver) => receiver.name)).toContain(config.route.receiver);
  });

  it("with all that stands in them", () => {
    const { route, receivers, inhibitRules, templates, global } = load(
      readFixture("alertmanager/conf.good.yml").toString(),
    );
    expect(route).toMatchObject({
      groupBy: ["alertname", "cluster", "service"],
      groupWaitMillis: 30_000,
      repeatIntervalMillis: 10_800_000,
    });
    expect(route.routes.map(({ matchers }) => formatMatchers(matchers))).toEqual([
      '{service=~"^(foo1|foo2|baz)$"}',
      '{service="files"}',
      '{service="database"}',
    ]);
    expect(route.routes[2].routes[0]).toMatchObject({ receiver: "team-X-pager", continues: true });
    expect(receivers.map(({ name, integrations }) => [name, integrations.map(({ kind }) => kind)])).toContainEqual([
      "team-X-pager",
      ["pagerduty", "email"],
    ]);
    expect(inhibitRules).toMatchObject([{ equal: ["alertname", "cluster", "service"] }]);
    expect(templates).toEqual(["/etc/alertmanager/template/*.tmpl"]);
    expect(reveal(global.slack_api_url)).toBe("http://mysecret.example.com/");
    expect(inspect({ receivers, global }, { depth: 20 }) + JSON.stringify({ receivers, global })).not.toContain(
      "mysecret",
    );
  });
});

it.skipIf(hasFixtures)(NO_FIXTURES, () => {});

describe("a receiver", () => {
  it("takes over what global says", () => {
    const config = load(
      withReceiver(
        "  slack_configs: [{ channel: '#a' }]\n  email_configs: [{ to: a@b.example }]",
        `global:
  slack_app_token: \${env:TOKEN}
  smtp_smarthost: "mail.example.com:587"
  smtp_from: gs@example.com
  http_config: { follow_redirects: false }`,
      ),
    );
    const slack = only(config, "slack");
    expect(reveal(slack.config.app_token)).toBe("xoxb-1");
    expect(slack.config).toMatchObject({
      channel: "#a",
      app_url: "https://slack.com/api/chat.postMessage",
      http_config: { follow_redirects: false },
    });
    expect(slack.sendResolved).toBe(false);
    expect(only(config, "email").config).toMatchObject({
      from: "gs@example.com",
      smarthost: "mail.example.com:587",
      require_tls: true,
    });
  });

  it("has its own address before the global token", () => {
    const { config } = only(
      load(withReceiver("  slack_configs: [{ api_url: '${env:HOOK}' }]", "global: { slack_app_token: abc }")),
      "slack",
    );
    expect(config.app_token).toBeUndefined();
    expect(reveal(config.api_url)).toBe("https://hooks.example.com/T1");
  });

  it("reads secrets from files, where they are used", () => {
    const { config, sendResolved } = only(
      load(withReceiver("  discord_configs: [{ webhook_url_file: /run/secrets/hook }]")),
      "discord",
    );
    expect(reveal(config.webhook_url)).toBe("content of /run/secrets/hook");
    expect(sendResolved).toBe(true);
  });

  it("is also of a kind that Alertmanager does not have", () => {
    const config = load(
      withReceiver(
        "  ntfy_configs: [{ topic: alerts }]\n  googlechat_configs: [{ webhook_url: 'https://chat.example.com/x' }]",
      ),
    );
    expect(only(config, "ntfy").config.topic).toBe("alerts");
    expect(only(config, "googlechat").index).toBe(0);
  });

  it("keeps the payload of a webhook as it is written", () => {
    const { config } = only(
      load(withReceiver("  webhook_configs: [{ url: 'http://a/', payload: { a: ['{{ .Status }}', 1] } }]")),
      "webhook",
    );
    expect(config.payload).toEqual({ a: ["{{ .Status }}", "1"] });
  });
});

describe("time intervals", () => {
  it("have two names", () => {
    const { intervals, route } = load(`
route: { receiver: a, routes: [{ matchers: [a=b], mute_time_intervals: [nights, weekend] }] }
receivers: [{ name: a }]
mute_time_intervals:
- { name: nights, time_intervals: [{ times: [{ start_time: "00:00", end_time: "06:00" }], location: Europe/Berlin }] }
time_intervals:
- { name: weekend, time_intervals: [{ weekdays: ["saturday", "sunday"], days_of_month: ["1:-1"] }] }`);
    expect(route.routes[0].muteTimeIntervals).toEqual(["nights", "weekend"]);
    expect(intervals.get("nights")).toEqual([{ times: [{ begin: 0, end: 360 }], location: "Europe/Berlin" }]);
    expect(intervals.get("weekend")).toMatchObject([
      {
        weekdays: [
          { begin: 6, end: 6 },
          { begin: 0, end: 0 },
        ],
        daysOfMonth: [{ begin: 1, end: -1 }],
      },
    ]);
  });
});

describe("what is wrong is said with its line", () => {
  const team = "receivers: [{ name: team }]";
  it.each([
    ["no route", team, "am.yml: route is missing"],
    [
      "a key",
      `route: { receiver: team, group_wiat: 3s }\n${team}`,
      "am.yml:1: field group_wiat not found in route; did you mean group_wait?",
    ],
    [
      "a receiver",
      `route:\n  receiver: teem\n${team}`,
      'am.yml:2: route.receiver: there is no receiver "teem"; the receivers: team',
    ],
    ["no receiver at the root", `route: {}\n${team}`, "route.receiver: the root route needs a receiver"],
    ["matchers at the root", `route: { receiver: team, match: { a: b } }\n${team}`, "the root route takes every alert"],
    [
      "a matcher",
      `route: { receiver: team, routes: [{ matchers: ['a=~"("'] }] }\n${team}`,
      'am.yml:1: route.routes[0].matchers[0]: cannot read the matcher "a=~\\"(\\"": missing closing )',
    ],
    [
      "an interval",
      `route: { receiver: team, routes: [{ mute_time_intervals: [x] }] }\n${team}`,
      'there is no time interval "x"; the intervals: none',
    ],
    ["a duration", `route: { receiver: team, group_wait: 5 m }\n${team}`, 'not a valid duration string: "5 m"'],
    [
      "no interval at all",
      `route: { receiver: team, group_interval: 0s }\n${team}`,
      "route.group_interval: cannot be zero",
    ],
    ["all labels and some", `route: { receiver: team, group_by: [..., a] }\n${team}`, "... stands for all labels"],
    ["a label twice", `route: { receiver: team, group_by: [a, a] }\n${team}`, 'the label "a" is given twice'],
    [
      "a name twice",
      `route: { receiver: team }\nreceivers: [{ name: team }, { name: team }]`,
      'receivers[1]: the name "team" is given twice',
    ],
    [
      "no address",
      withReceiver("  slack_configs: [{ channel: a }]"),
      "receivers[0].slack_configs[0]: api_url or app_token is missing; give it here, or slack_api_url or slack_app_token under global",
    ],
    [
      "no key",
      withReceiver("  opsgenie_configs: [{}]"),
      "api_key is missing; give it here, or opsgenie_api_key under global",
    ],
    [
      "two keys",
      withReceiver("  pagerduty_configs: [{ routing_key: a, routing_key_file: b }]"),
      "at most one of routing_key and routing_key_file",
    ],
    [
      "an unset variable",
      withReceiver("  pagerduty_configs:\n  - routing_key: ${env:NOT_SET}"),
      "am.yml:6: receivers[0].pagerduty_configs[0].routing_key: the environment variable NOT_SET is not set",
    ],
    ["an URL", withReceiver("  ntfy_configs: [{ topic: a, server_url: 'ftp://x' }]"), "only http and https"],
    [
      "a choice",
      withReceiver("  telegram_configs: [{ bot_token: a, chat_id: 1, parse_mode: html }]"),
      "did you mean HTML?",
    ],
    ["a smarthost", withReceiver("  email_configs: [{ to: a, from: b, smarthost: mail }]"), "write it as host:port"],
    [
      "a time",
      `route: { receiver: team }\n${team}\ntime_intervals:\n- name: a\n  time_intervals:\n  - times: [{ start_time: "7:00", end_time: "08:00" }]`,
      'am.yml:6: time_intervals[0].time_intervals[0].times: cannot read "7:00"',
    ],
    ["YAML", "route: [", "am.yml:1: yaml:"],
  ])("%s", (_name, text, expected) => {
    expect(messageOf(text)).toContain(expected);
  });

  it("all of it at once", () => {
    expect(messageOf("route: { receiver: a }\nreceivers: [{ name: b, x: 1 }]\nfoo: 1").split("\n")).toHaveLength(4);
  });

  it("without what is secret", () => {
    const message = messageOf(
      withReceiver(
        "  discord_configs: [{ webhook_url: 'hunter2' }]\n  pagerduty_configs: [{ routing_key: [hunter2] }]",
      ),
    );
    expect(message).toContain("cannot read the text as an URL");
    expect(message).not.toContain("hunter2");
  });
});
