/** ntfy: messages published as JSON or, with a picture, by headers. */
import type { SeenRequest } from "../chat-server.ts";
import { LIMITED, ensure, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

const ntfySchema = schema(
  object(
    {
      topic: { type: "string", pattern: "^[-_A-Za-z0-9]{1,64}$" },
      title: text(250),
      message: text(4096, 1),
      priority: { type: "integer", minimum: 1, maximum: 5 },
      tags: list(text(100, 1), 20),
      click: URL_TEXT,
      sequence_id: { type: "string", pattern: "^[-_A-Za-z0-9]{1,64}$" },
    },
    ["topic", "message"],
  ),
);

/** The message, whichever way it was published. */
export function checkNtfy({ method, path, headers, json, bytes }: SeenRequest): any {
  if (method === "POST") {
    ntfySchema(json);
    ensure(Buffer.byteLength(json.message) <= 4096, "a message of more than 4096 bytes");
    return json;
  }
  ensure(
    method === "PUT" && headers.filename === "alert.png" && bytes.subarray(1, 4).toString() === "PNG",
    "no picture",
  );
  const decoded = (name: string) =>
    (headers[name] ?? "").replace(/=\?UTF-8\?B\?([^?]*)\?=/, (_, base64: string) =>
      Buffer.from(base64, "base64").toString(),
    );
  const message = {
    topic: path.slice(1),
    title: decoded("title"),
    message: decoded("message"),
    priority: Number(headers.priority),
    tags: decoded("tags").split(","),
    click: headers.click,
    sequence_id: headers["x-sequence-id"],
  };
  ntfySchema(message);
  return message;
}

export const ntfy: Vendor = {
  name: "ntfy",
  receiver: (url) => `ntfy_configs: [{ server_url: '${url}', topic: ops, token: tk_1 }]`,
  path: "/",
  agrees: { body: { id: "x" } },
  limits: { ...LIMITED, body: { code: 42901, http: 429 } },
  check(request) {
    ensure(request.headers.authorization === "Bearer tk_1", "no token");
    checkNtfy(request);
  },
};
