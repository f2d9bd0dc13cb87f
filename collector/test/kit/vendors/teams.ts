/** Microsoft Teams: a Workflow that takes an Adaptive Card. */
import { ensure, isJson, LIMITED, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

const textBlock = object(
  {
    type: { const: "TextBlock" },
    text: text(20_000, 1),
    wrap: { type: "boolean" },
    size: { enum: ["Small", "Default", "Medium", "Large", "ExtraLarge"] },
    weight: { enum: ["Lighter", "Default", "Bolder"] },
    color: { enum: ["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"] },
    separator: { type: "boolean" },
  },
  ["type", "text"],
);
const openUrl = object({ type: { const: "Action.OpenUrl" }, title: text(200, 1), url: URL_TEXT }, ["type", "url"]);
const card = object(
  {
    $schema: { const: "http://adaptivecards.io/schemas/adaptive-card.json" },
    type: { const: "AdaptiveCard" },
    version: { enum: ["1.2", "1.3", "1.4"] },
    msteams: object({ width: { enum: ["Full", "full"] } }),
    body: list(textBlock, 1000, 1),
    actions: list(openUrl, 6, 1),
  },
  ["type", "version", "body"],
);
const teamsSchema = schema(
  object(
    {
      type: { const: "message" },
      summary: text(500),
      attachments: list(
        object(
          {
            contentType: { const: "application/vnd.microsoft.card.adaptive" },
            contentUrl: { type: "null" },
            content: card,
          },
          ["contentType", "content"],
        ),
        1,
        1,
      ),
    },
    ["type", "attachments"],
  ),
);

export const teams: Vendor = {
  name: "Teams",
  receiver: (url) => `msteamsv2_configs: [{ webhook_url: '${url}/workflows/1/triggers?sig=abcdef' }]`,
  path: "/workflows/1/triggers?sig=abcdef",
  agrees: { status: 202, body: "" },
  limits: LIMITED,
  check(request) {
    isJson(request);
    teamsSchema(request.json);
    ensure(request.bytes.byteLength <= 28 * 1024, `${request.bytes.byteLength} bytes`);
  },
};
