import { expect, it } from "vitest";
import { loadNotifyConfig } from "../notify/config/load-config.ts";
import { Notifier } from "../notify/notifier.ts";
import { Silences } from "../notify/silences.ts";
import { createNotification } from "./create-notification.ts";
import { webhookBody } from "./webhook.ts";

it("an alert goes all the way to the body of a webhook", () => {
  const config = loadNotifyConfig(
    "route: { receiver: a, group_by: [alertname], routes: [{ receiver: a, matchers: [service=x] }] }\nreceivers: [{ name: a, webhook_configs: [{ url: 'http://a/' }] }]",
    { file: "am.yml", environment: {} },
  );
  const notifier = new Notifier(config, new Silences(() => ""));
  const [start, now] = [Date.parse("2026-08-03T10:00:00Z"), Date.parse("2026-08-03T10:01:00Z")];
  const evidence = { service: "x", operation: "o", traces: [], logs: [], release: "", links: {} };
  const post = (instance: string, endsAt?: number) =>
    notifier.receive(
      { labels: { alertname: "A", service: "x", instance }, annotations: { summary: "s" }, startsAt: start, endsAt },
      now,
    );
  const { fingerprint } = post("1");
  post("2");
  const [delivery] = notifier.due(now);
  const evidenceOf = (of: string) => (of === fingerprint ? evidence : undefined);
  const body = webhookBody(createNotification(delivery, { externalURL: "http://gs", evidenceOf }));
  expect(body).toMatchObject({
    groupKey: '{}/{service="x"}:{alertname="A"}',
    groupLabels: { alertname: "A" },
    commonLabels: { alertname: "A", service: "x" },
    commonAnnotations: { summary: "s" },
    status: "firing",
    alerts: [
      { fingerprint, evidence, annotations: { summary: "s", evidence: "Service: x, operation: o" } },
      { labels: { instance: "2" } },
    ],
  });
  expect(body.alerts[1]).not.toHaveProperty("evidence");
  notifier.delivered(delivery);
  post("1", now + 1);
  const [resolved] = notifier.due(now + 300_000);
  expect(webhookBody(createNotification(resolved, { externalURL: "", evidenceOf })).alerts[0]).toMatchObject({
    status: "resolved",
    endsAt: "2026-08-03T10:01:00.001Z",
  });
});
