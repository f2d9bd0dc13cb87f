/** Webhooks: the body of Alertmanager, version 4, and one of the user. */
import { ensure, isJson, LIMITED, list, object, schema, text, type Vendor } from "./vendor.ts";

const stringMap = { type: "object", additionalProperties: { type: "string" } };
const TIME = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" };
const STATUS = { enum: ["firing", "resolved"] };
const webhookSchema = schema(
  object(
    {
      version: { const: "4" },
      groupKey: text(10_000, 1),
      truncatedAlerts: { type: "integer", minimum: 0 },
      status: STATUS,
      receiver: text(1000, 1),
      groupLabels: stringMap,
      commonLabels: stringMap,
      commonAnnotations: stringMap,
      externalURL: text(1000),
      notification_reason: text(50),
      alerts: list(
        object(
          {
            status: STATUS,
            labels: stringMap,
            annotations: stringMap,
            startsAt: TIME,
            endsAt: TIME,
            generatorURL: text(10_000),
            fingerprint: { type: "string", pattern: "^[0-9a-f]{16}$" },
            evidence: {
              type: "object",
              required: ["service", "operation", "traces", "logs", "release", "links"],
            },
          },
          ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"],
        ),
        10_000,
        1,
      ),
    },
    [
      "version",
      "groupKey",
      "status",
      "receiver",
      "groupLabels",
      "commonLabels",
      "commonAnnotations",
      "externalURL",
      "alerts",
    ],
  ),
);

export const webhook: Vendor = {
  name: "webhook",
  receiver: (url) => `webhook_configs: [{ url: '${url}/hook' }]`,
  path: "/hook",
  agrees: { body: "ok" },
  limits: LIMITED,
  check(request) {
    isJson(request);
    webhookSchema(request.json);
  },
};

export const templatedWebhook: Vendor = {
  name: "webhook with a payload of one's own",
  receiver: (url) =>
    `webhook_configs: [{ url: '${url}/hook', payload: { text: '{{ template "__subject" . }}', alerts: '{{ len .Alerts }}' } }]`,
  path: "/hook",
  agrees: { body: "ok" },
  limits: LIMITED,
  check(request) {
    isJson(request);
    ensure(Object.keys(request.json).join() === "text,alerts" && request.json.text.startsWith("["), request.body);
  },
};
