/** PagerDuty: Events API v2. */
import { ensure, isJson, LIMITED, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

const pagerDutySchema = schema(
  object(
    {
      routing_key: { type: "string", minLength: 32, maxLength: 32 },
      event_action: { enum: ["trigger", "acknowledge", "resolve"] },
      dedup_key: text(255, 1),
      client: text(1024),
      client_url: URL_TEXT,
      links: list(object({ href: URL_TEXT, text: text(1024) }, ["href"]), 20),
      images: list(
        object({ src: { type: "string", pattern: "^https://" }, href: URL_TEXT, alt: text(1024) }, ["src"]),
        20,
      ),
      payload: object(
        {
          summary: text(1024, 1),
          source: text(1024, 1),
          severity: { enum: ["critical", "error", "warning", "info"] },
          timestamp: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" },
          component: text(1024),
          group: text(1024),
          class: text(1024),
          custom_details: { type: "object" },
        },
        ["summary", "source", "severity"],
      ),
    },
    ["routing_key", "event_action", "payload"],
  ),
);

export const pagerDuty: Vendor = {
  name: "PagerDuty",
  receiver: (url) =>
    `pagerduty_configs: [{ url: '${url}/v2/enqueue', routing_key: 'abcdefghijklmnopqrstuvwxyz012345' }]`,
  path: "/v2/enqueue",
  agrees: { status: 202, body: { status: "success", dedup_key: "k" } },
  limits: LIMITED,
  check(request) {
    isJson(request);
    pagerDutySchema(request.json);
    ensure(request.bytes.byteLength <= 512_000, `${request.bytes.byteLength} bytes`);
  },
};
