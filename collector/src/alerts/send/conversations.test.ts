/** What follows from a vendor's answer: threads, messages that change, pictures; and what happens when that part of it fails. */
import { afterEach, describe, expect, it } from "vitest";
import { formOf, startChatServer, type Answers, type ChatServer } from "../../../test/kit/chat-server.ts";
import { PICTURE, startSending, type TestDelivery, type TestSending } from "../../../test/kit/sending.ts";
import { checkDiscord } from "../../../test/kit/vendors/discord.ts";
import { checkNtfy } from "../../../test/kit/vendors/ntfy.ts";
import { checkSlackApi, slackAnswer } from "../../../test/kit/vendors/slack.ts";
import { checkTelegram } from "../../../test/kit/vendors/telegram.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function serve(answers: Answers): Promise<ChatServer> {
  const server = await startChatServer(answers);
  open.push(() => server.close());
  return server;
}

async function start(receiver: string, more: Parameters<typeof startSending>[1] = {}): Promise<TestSending> {
  const test = await startSending(receiver, { pictureOf: async () => PICTURE, ...more });
  open.push(() => test.sending.close(0));
  return test;
}

const FIRING = {};
const MORE = { reason: "new_alerts", count: 2 } as const;
const RESOLVED = { isResolved: true, reason: "all_resolved" } as const;

async function tell(test: TestSending, ...deliveries: readonly TestDelivery[]): Promise<void> {
  for (const delivery of deliveries) {
    test.now += 60_000;
    await test.deliver(delivery);
    await test.drain();
  }
}

describe("Slack with a bot's token", () => {
  const receiver = (url: string, more = "") =>
    `slack_configs: [{ app_token: xoxb-1, app_url: '${url}/api/chat.postMessage', channel: '#alerts', send_resolved: true${more} }]`;
  let posts = 0;
  const slack = (override: Answers = () => ({})) =>
    serve(async (request, number) => {
      checkSlackApi(request);
      const own = await override(request, number);
      return own.body === undefined ? { body: slackAnswer(request, `${++posts}.5`) } : own;
    });
  const methods = ({ seen }: ChatServer) => seen.map(({ path }) => path.replace(/^\/(?:api\/)?/, ""));

  it("posts, adds the picture in the message's thread, and answers there until all is resolved", async () => {
    const server = await slack();
    const test = await start(receiver(server.url));
    posts = 0;
    await tell(test, FIRING, MORE, RESOLVED, { labels: { instance: "again" } });
    expect(methods(server)).toEqual([
      "chat.postMessage",
      "files.getUploadURLExternal",
      "upload/v1/abc",
      "files.completeUploadExternal",
      "chat.postMessage",
      "chat.postMessage",
      "chat.postMessage",
      "files.getUploadURLExternal",
      "upload/v1/abc",
      "files.completeUploadExternal",
    ]);
    expect(server.seen[2].bytes.equals(PICTURE)).toBe(true);
    expect(server.seen[3].json).toMatchObject({ files: [{ id: "F1" }], channel_id: "C1", thread_ts: "1.5" });
    for (const i of [4, 5]) expect(server.seen[i].json).toMatchObject({ thread_ts: "1.5", reply_broadcast: true });
    // A new trouble is a new message.
    expect(server.seen[6].json).not.toHaveProperty("thread_ts");
  });

  it("changes its message where that is wished", async () => {
    const server = await slack();
    const test = await start(receiver(server.url, ", update_message: true"), { pictureOf: async () => undefined });
    posts = 0;
    await tell(test, FIRING, RESOLVED);
    expect(methods(server)).toEqual(["chat.postMessage", "chat.update"]);
    expect(server.seen[1].json).toMatchObject({ channel: "C1", ts: "1.5", attachments: [{ color: "good" }] });
  });

  it("knows its message after a restart", async () => {
    const server = await slack();
    const first = await start(receiver(server.url), { pictureOf: async () => undefined });
    await tell(first, FIRING);
    const second = await start(receiver(server.url), { documents: first.documents });
    await tell(second, RESOLVED);
    expect(server.seen[1].json).toMatchObject({ thread_ts: `${posts - 1}.5` });
    expect(await first.documents.list("alert-messages")).toEqual([]);
  });

  it("posts anew when its message is gone", async () => {
    const server = await slack(({ path }) =>
      path.endsWith("chat.update") ? { body: { ok: false, error: "message_not_found" } } : {},
    );
    const test = await start(receiver(server.url, ", update_message: true"), { pictureOf: async () => undefined });
    await tell(test, FIRING, RESOLVED);
    expect(methods(server)).toEqual(["chat.postMessage", "chat.update", "chat.postMessage"]);
    expect(test.sending.status()[0]).toMatchObject({ sent: 2, waiting: 0 });
  });

  it("a picture that fails costs no message and repeats none; nothing is sent to an address that is not Slack's", async () => {
    const foreign = await serve(() => ({}));
    const server = await slack(({ path }) =>
      path.endsWith("getUploadURLExternal")
        ? { body: { ok: true, upload_url: `${foreign.url}/steal`, file_id: "F" } }
        : {},
    );
    const test = await start(receiver(server.url));
    await tell(test, FIRING);
    expect(methods(server)).toEqual(["chat.postMessage", "files.getUploadURLExternal"]);
    expect(foreign.seen).toEqual([]);
    expect(test.sending.status()[0]).toMatchObject({ sent: 1, waiting: 0 });
    expect(test.lines.join()).toContain("the picture of a notification was not sent");
  });

  it("refuses by `ok: false`; what passes is tried again", async () => {
    const server = await slack((_, number) =>
      number === 1
        ? { body: { ok: false, error: "internal_error" } }
        : number === 3
          ? { body: { ok: false, error: "channel_not_found" } }
          : {},
    );
    const test = await start(receiver(server.url), { pictureOf: async () => undefined });
    await tell(test, FIRING, { name: "Other" });
    expect(test.sending.status()[0]).toMatchObject({ sent: 1, failed: 2 });
    expect(test.sending.deadLetters()).toMatchObject([{ message: "Slack refuses it: channel_not_found" }]);
  });

  it("sends fields, actions and images as an older attachment", async () => {
    const server = await slack();
    const test = await start(
      receiver(
        server.url,
        `, text: '*{{ .Status }}*', pretext: p, footer: '{{ .Receiver }}', thumb_url: 'https://t/x.png', image_url: 'https://i/x.png', callback_id: cb, fallback: f, mrkdwn_in: [text], link_names: true, message_text: 'm', short_fields: true, fields: [{ title: Service, value: '{{ .CommonLabels.service_name }}' }, { title: B, value: b, short: false }], actions: [{ type: button, text: Runbook, url: 'https://r', style: primary }]`,
      ),
      { pictureOf: async () => undefined },
    );
    await tell(test, FIRING);
    expect(server.seen[0].json).toMatchObject({
      text: "m",
      link_names: true,
      attachments: [
        {
          text: "*firing*",
          pretext: "p",
          footer: "team",
          callback_id: "cb",
          fallback: "f",
          thumb_url: "https://t/x.png",
          image_url: "https://i/x.png",
          mrkdwn_in: ["text"],
          fields: [
            { title: "Service", value: "checkout", short: true },
            { title: "B", value: "b", short: false },
          ],
          actions: [{ type: "button", text: "Runbook", url: "https://r", style: "primary" }],
        },
      ],
    });
    expect(server.seen[0].json.attachments[0]).not.toHaveProperty("blocks");
  });
});

describe("Discord", () => {
  const receiver = (url: string) =>
    `discord_configs: [{ webhook_url: '${url}/api/webhooks/1/tok?thread_id=9', username: gs }]`;

  it("shows the picture in its first embed, and changes the message when all is resolved", async () => {
    const bodies: any[] = [];
    const server = await serve(async (request) => {
      bodies.push(await checkDiscord(request));
      return { body: { id: `${70 + bodies.length}` } };
    });
    const test = await start(receiver(server.url));
    await tell(test, FIRING, MORE, RESOLVED, { labels: { instance: "again" } });
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/webhooks/1/tok?thread_id=9&wait=true",
      "POST /api/webhooks/1/tok?thread_id=9&wait=true",
      "PATCH /api/webhooks/1/tok/messages/72?thread_id=9",
      "POST /api/webhooks/1/tok?thread_id=9&wait=true",
    ]);
    const file = (await formOf(server.seen[0])).get("files[0]") as File;
    expect(Buffer.from(await file.arrayBuffer()).equals(PICTURE)).toBe(true);
    expect(bodies[0].embeds[0].image).toEqual({ url: "attachment://alert.png" });
    expect(bodies[2]).toMatchObject({
      embeds: [{ title: "[RESOLVED] HighErrors checkout", image: { url: "attachment://alert.png" } }],
    });
    expect(bodies[2]).not.toHaveProperty("username");
  });

  it("says anew what it would have changed when that message is gone", async () => {
    const server = await serve(({ method }) => (method === "PATCH" ? { status: 404 } : { body: { id: "1" } }));
    const test = await start(receiver(server.url), { pictureOf: async () => undefined });
    await tell(test, FIRING, RESOLVED);
    expect(server.seen.map(({ method }) => method)).toEqual(["POST", "PATCH", "POST"]);
    expect(test.sending.status()[0]).toMatchObject({ sent: 2 });
  });
});

describe("Telegram", () => {
  const receiver = (url: string, more = "") =>
    `telegram_configs: [{ api_url: '${url}', bot_token: '1:abcdefg', chat_id: -42, message_thread_id: 3${more} }]`;
  const methods = ({ seen }: ChatServer) => seen.map(({ path }) => path.slice("/bot1:abcdefg/".length));

  it("sends a short message as the picture's caption, and later ones as answers to it", async () => {
    const sent: any[] = [];
    const server = await serve(async (request) => {
      sent.push(await checkTelegram(request));
      return { body: { ok: true, result: { message_id: 100 + sent.length } } };
    });
    const test = await start(receiver(server.url));
    await tell(test, FIRING, { reason: "repeat" }, RESOLVED);
    expect(methods(server)).toEqual(["sendPhoto", "sendPhoto", "sendMessage"]);
    const photo = (await formOf(server.seen[0])).get("photo") as File;
    expect(Buffer.from(await photo.arrayBuffer()).equals(PICTURE)).toBe(true);
    expect(sent[0]).toMatchObject({ chat_id: -42, message_thread_id: 3, parse_mode: "HTML" });
    expect(sent[0].caption).toContain("<b>[FIRING:1] HighErrors checkout</b>");
    expect(sent[0]).not.toHaveProperty("reply_parameters");
    for (const each of sent.slice(1)) expect(each.reply_parameters).toMatchObject({ message_id: 101 });
  });

  it("sends the picture behind a long message", async () => {
    const sent: any[] = [];
    const server = await serve(async (request) => {
      sent.push(await checkTelegram(request));
      return { body: { ok: true, result: { message_id: 7 } } };
    });
    const test = await start(receiver(server.url));
    await tell(test, { annotations: { summary: "long ".repeat(300) } });
    expect(methods(server)).toEqual(["sendMessage", "sendPhoto"]);
    expect(sent[1].reply_parameters).toMatchObject({ message_id: 7 });
  });

  it("whose picture is refused gets the words alone", async () => {
    const server = await serve(({ path }) =>
      path.endsWith("sendPhoto")
        ? { status: 400, body: { ok: false, error_code: 400, description: "PHOTO_INVALID_DIMENSIONS" } }
        : { body: { ok: true, result: { message_id: 7 } } },
    );
    const test = await start(receiver(server.url));
    await tell(test, FIRING);
    expect(methods(server)).toEqual(["sendPhoto", "sendMessage"]);
    expect(test.sending.status()[0]).toMatchObject({ sent: 1, failed: 0 });
  });
});

describe("ntfy", () => {
  const receiver = (url: string) => `ntfy_configs: [{ server_url: '${url}', topic: ops, token: tk_1 }]`;

  it("gets the picture as the body and the words as headers, all of a group as one sequence", async () => {
    const messages: any[] = [];
    const server = await serve((request) => {
      messages.push(checkNtfy(request));
      return { body: { id: "x" } };
    });
    const test = await start(receiver(server.url));
    await tell(test, { annotations: { summary: "zu viele Fehler – größer als 12 %" } }, RESOLVED);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(["PUT /ops", "POST /"]);
    expect(server.seen[0].bytes.equals(PICTURE)).toBe(true);
    expect(server.seen[0].headers.authorization).toBe("Bearer tk_1");
    expect(messages[0].message).toContain("zu viele Fehler – größer als 12 %");
    expect(messages[0].message).toContain("\n");
    expect(messages[0]).toMatchObject({ priority: 5, title: "[FIRING:1] HighErrors checkout" });
    expect(messages[1].sequence_id).toBe(messages[0].sequence_id);
  });

  it.each([
    ["that takes no attachments gets the words alone", 400, ["PUT", "POST"]],
    ["that refuses the token is not asked twice", 403, ["PUT"]],
  ])("a server %s", async (_what, status, methods) => {
    const server = await serve(({ method }) => (method === "PUT" ? { status } : {}));
    const test = await start(receiver(server.url));
    await tell(test, FIRING);
    expect(server.seen.map(({ method }) => method)).toEqual(methods);
  });
});

describe("services with keys of their own", () => {
  it("Google Chat answers in the group's thread", async () => {
    const server = await serve(() => ({ body: {} }));
    const test = await start(`googlechat_configs: [{ webhook_url: '${server.url}/v1/spaces/A/messages?key=k' }]`);
    await tell(test, FIRING, RESOLVED, { name: "Other" });
    const keys = server.seen.map(({ json }) => json.thread.threadKey);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("PagerDuty resolves the incident it opened", async () => {
    const server = await serve(() => ({ status: 202, body: {} }));
    const test = await start(
      `pagerduty_configs: [{ url: '${server.url}', routing_key: 'abcdefghijklmnopqrstuvwxyz012345', details: { team: a } }]`,
    );
    await tell(test, FIRING, RESOLVED);
    const [opened, closed] = server.seen.map(({ json }) => json);
    expect([opened.event_action, closed.event_action]).toEqual(["trigger", "resolve"]);
    expect(closed.dedup_key).toBe(opened.dedup_key);
    expect(opened.payload).toMatchObject({ severity: "critical", source: "checkout", custom_details: { team: "a" } });
  });

  it("Opsgenie closes what it opened, and an open alert is changed where that is wished", async () => {
    const server = await serve(() => ({ status: 202, body: {} }));
    const test = await start(`opsgenie_configs: [{ api_url: '${server.url}/', api_key: k, update_alerts: true }]`);
    await tell(test, FIRING, RESOLVED);
    const alias = server.seen[0].json.alias as string;
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /v2/alerts",
      `PUT /v2/alerts/${alias}/message?identifierType=alias`,
      `PUT /v2/alerts/${alias}/description?identifierType=alias`,
      `POST /v2/alerts/${alias}/close?identifierType=alias`,
    ]);
  });

  it("Mattermost takes attachments of one's own", async () => {
    const server = await serve(() => ({}));
    const test = await start(
      `mattermost_configs: [{ webhook_url: '${server.url}/hooks/x', pretext: p, author_name: a, footer: f, fields: [{ title: T, value: '{{ .Status }}', short: true }] }, { webhook_url: '${server.url}/hooks/x', attachments: [{ text: '{{ .Status }}' }] }]`,
    );
    await test.deliver({ index: 0 }, { index: 1 });
    await test.drain();
    const [first, second] = server.seen.map(({ json }) => json.attachments);
    expect(first).toMatchObject([
      { pretext: "p", author_name: "a", footer: "f", fields: [{ title: "T", value: "firing" }] },
    ]);
    expect(second).toEqual([{ text: "firing" }]);
  });
});
