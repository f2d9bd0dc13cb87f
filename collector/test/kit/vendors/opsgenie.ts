/** Opsgenie: alerts created and closed. */
import { ensure, isJson, LIMITED, list, object, schema, text, type Vendor } from "./vendor.ts";

const responder = object(
  { id: text(100), name: text(100), username: text(100), type: { enum: ["team", "user", "escalation", "schedule"] } },
  ["type"],
);
const opsgenieCreate = schema(
  object(
    {
      message: text(130, 1),
      alias: text(512),
      description: text(15_000),
      responders: list(responder, 50),
      tags: list(text(50), 20),
      actions: list(text(50), 10),
      details: { type: "object", additionalProperties: { type: "string" } },
      entity: text(512),
      source: text(100),
      priority: { enum: ["P1", "P2", "P3", "P4", "P5"] },
      note: text(25_000),
    },
    ["message"],
  ),
);
const opsgenieClose = schema(object({ source: text(100), note: text(25_000), user: text(100) }));

export const opsgenie: Vendor = {
  name: "Opsgenie",
  receiver: (url) => `opsgenie_configs: [{ api_url: '${url}/', api_key: k }]`,
  path: "/v2/alerts",
  agrees: { status: 202, body: { result: "Request will be processed" } },
  limits: LIMITED,
  check(request) {
    isJson(request);
    ensure(request.headers.authorization === "GenieKey k", "no key");
    (request.path.includes("/close") ? opsgenieClose : opsgenieCreate)(request.json);
  },
};
