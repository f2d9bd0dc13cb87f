/** Google Chat: a webhook of a space, with a card. */
import { LIMITED, ensure, isJson, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

const widget = {
  anyOf: [
    object({ textParagraph: object({ text: text(32_000, 1) }, ["text"]) }, ["textParagraph"]),
    object(
      {
        buttonList: object(
          {
            buttons: list(
              object(
                { text: text(200, 1), onClick: object({ openLink: object({ url: URL_TEXT }, ["url"]) }, ["openLink"]) },
                ["text", "onClick"],
              ),
              20,
              1,
            ),
          },
          ["buttons"],
        ),
      },
      ["buttonList"],
    ),
  ],
};
const googleChatSchema = schema(
  object({
    text: text(32_000),
    thread: object({ threadKey: text(4000, 1) }, ["threadKey"]),
    cardsV2: list(
      object(
        {
          cardId: text(100, 1),
          card: object(
            {
              header: object({ title: text(1000, 1) }, ["title"]),
              sections: list(object({ widgets: list(widget, 100, 1) }, ["widgets"]), 100, 1),
            },
            ["sections"],
          ),
        },
        ["cardId", "card"],
      ),
      1,
      1,
    ),
  }),
);

export const googleChat: Vendor = {
  name: "Google Chat",
  receiver: (url) => `googlechat_configs: [{ webhook_url: '${url}/v1/spaces/A/messages?key=k&token=t' }]`,
  path: "/v1/spaces/A/messages?key=k&token=t&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD",
  agrees: { body: { name: "spaces/A/messages/1" } },
  limits: { ...LIMITED, body: { error: { code: 429, status: "RESOURCE_EXHAUSTED" } } },
  check(request) {
    isJson(request);
    googleChatSchema(request.json);
    ensure(request.bytes.byteLength <= 32_000, `${request.bytes.byteLength} bytes`);
  },
};
