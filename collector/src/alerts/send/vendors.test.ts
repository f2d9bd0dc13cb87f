/** Every channel against a server that checks what comes as its vendor documents it, and that fails in every way a server can. */
import { afterEach, describe, expect, it } from "vitest";
import { startChatServer, type Answer, type ChatServer } from "../../../test/kit/chat-server.ts";
import { START, startSending, type TestDelivery, type TestSending } from "../../../test/kit/sending.ts";
import { VENDORS } from "../../../test/kit/vendors.ts";
import type { Vendor } from "../../../test/kit/vendors/vendor.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface VendorServer extends ChatServer {
  /** The next answers, each once; then it agrees. */
  readonly script: Answer[];
  /** What was not as documented. */
  readonly complaints: string[];
}

async function serve(vendor: Vendor): Promise<VendorServer> {
  const script: Answer[] = [];
  const complaints: string[] = [];
  const server = await startChatServer(async (request) => {
    try {
      await vendor.check(request);
    } catch (error) {
      complaints.push(String(error));
      return { status: 400, body: String(error) };
    }
    const { agrees } = vendor;
    return script.shift() ?? (typeof agrees === "function" ? agrees(request) : agrees);
  });
  open.push(() => server.close());
  return Object.assign(server, { script, complaints });
}

async function start(
  vendor: Vendor,
  server: ChatServer,
  more: Parameters<typeof startSending>[1] = {},
): Promise<TestSending> {
  const test = await startSending(vendor.receiver(server.url), more);
  open.push(() => test.sending.close(0));
  return test;
}

const nasty = (piece: string): TestDelivery => {
  const text = piece.repeat(Math.ceil(8_000 / piece.length));
  return {
    labels: { alertname: text.slice(0, 2000), instance: text.slice(0, 5000) },
    annotations: {
      summary: text,
      description: text,
      runbook_url: `https://r.example.com/"><x>|(${text.slice(0, 50)})`,
    },
  };
};
const HOSTILE = ["&<>\"'", "*_`~[](){}#|!-", "\\", "😀", "\u0000\u0007\n", "ü", "<b>", "\ud83d", "{{ .X }}"];

describe.each(VENDORS.map((vendor) => [vendor.name, vendor] as const))("%s", (_name, vendor) => {
  it("is sent what it documents: firing, resolved, a flood, and texts that hurt", async () => {
    const server = await serve(vendor);
    const test = await start(vendor, server);
    await test.deliver({});
    await test.drain();
    expect(server.seen[0].path).toBe(vendor.path);
    await test.deliver({ isResolved: true, reason: "all_resolved" });
    await test.deliver({ name: "Flood", count: 300 }, ...HOSTILE.map(nasty));
    await test.drain(100);
    expect(server.complaints).toEqual([]);
    expect(test.sending.deadLetters()).toEqual([]);
    expect(test.sending.status()[0]).toMatchObject({ sent: 2 + 1 + HOSTILE.length, waiting: 0 });
  });

  it("that asks for 3 s is left alone so long, then told once", async () => {
    const server = await serve(vendor);
    server.script.push(vendor.limits);
    const test = await start(vendor, server);
    await test.deliver({});
    await test.work();
    const wait = test.sending.nextAt()! - START;
    expect(wait).toBeGreaterThanOrEqual(3000);
    expect(wait).toBeLessThan(5000);
    await test.drain();
    expect(server.seen).toHaveLength(2);
    expect(server.seen[1].body).toBe(server.seen[0].body);
    expect(test.sending.status()[0]).toMatchObject({ sent: 1, waiting: 0 });
  });

  it.each<[string, Answer]>([
    ["fails with 503", { status: 503 }],
    ["is silent", { instead: "silence" }],
    ["cuts the connection", { instead: "cut" }],
  ])("that %s is told once it works", async (_what, answer) => {
    const server = await serve(vendor);
    server.script.push(answer);
    const test = await start(vendor, server, {
      settings: { timeoutMillis: answer.instead === "silence" ? 400 : 10_000 },
    });
    await test.deliver({});
    await test.drain();
    expect(server.seen).toHaveLength(2);
    expect(test.sending.status()[0]).toMatchObject({ sent: 1, failed: 1, waiting: 0, lastError: "" });
  });

  it("that is not there is tried again, and refusals are not", async () => {
    const gone = await startChatServer();
    await gone.close();
    const test = await start(vendor, gone);
    await test.deliver({});
    await test.work();
    expect(test.sending.status()[0]).toMatchObject({ waiting: 1, failed: 1 });
    const server = await serve(vendor);
    server.script.push({ status: 403, body: "forbidden" });
    const refused = await start(vendor, server);
    await refused.deliver({});
    await refused.drain();
    expect(server.seen).toHaveLength(1);
    expect(refused.sending.deadLetters()).toMatchObject([{ attempts: 1, message: "HTTP 403: forbidden" }]);
  });

  it("is told after a restart in mid-queue of what waited, of nothing twice and in order", async () => {
    const server = await serve(vendor);
    const first = await start(vendor, server);
    await first.deliver(...["A", "B", "C", "D"].map((name) => ({ name })));
    await first.drain(2);
    expect(server.seen).toHaveLength(2);
    server.script.push({ status: 500 });
    await first.drain(1);
    const second = await start(vendor, server, { documents: first.documents });
    await second.drain();
    expect(server.seen).toHaveLength(5);
    expect(second.sending.status()[0]).toMatchObject({ sent: 2, waiting: 0 });
    const names = server.seen.map(({ body }) =>
      /FIRING:1\\*\] (\w)\b|"alertname":"(\w)"/.exec(body)?.slice(1).find(Boolean),
    );
    expect(names).toEqual(["A", "B", "C", "C", "D"]);
  });

  it("has a preview without secrets and a test that says what it is", async () => {
    const server = await serve(vendor);
    const test = await start(vendor, server);
    const [{ id }] = test.sending.status();
    const preview = await test.sending.preview(id, { alerts: undefined, isResolved: false }, START);
    expect(server.seen).toEqual([]);
    const paths = preview.requests.map(({ url }) => new URL(url).pathname.replace(/^.*\/(?=[^/]+$)/, ""));
    expect(paths).toHaveLength(vendor.name === "Slack bot" ? 4 : 1);
    expect(preview.hasPicture).toBe(["Slack bot", "Discord", "Telegram", "ntfy"].includes(vendor.name));
    const shown = JSON.stringify(preview);
    for (const secret of [
      "xoxb-1",
      "sig=abcdef",
      "/tok",
      "token=t",
      "/hooks/x",
      "1:abcdefg",
      "tk_1",
      "abcdefghijklmnop",
      'GenieKey k"',
      "/services",
      '/hook"',
    ])
      expect(shown).not.toContain(secret);
    expect(preview.text).toContain("This is a test: nothing is wrong.");
    const { blocks } = preview.shown;
    const said = blocks.flatMap((block) => ("runs" in block ? block.runs.map(({ text }) => text) : [])).join("");
    expect(said).toContain("TestOfThisChannel");
    expect(blocks.some(({ kind }) => kind === "picture")).toBe(preview.hasPicture);
    if (!vendor.name.startsWith("webhook")) {
      expect(blocks[0].kind).not.toBe("code");
      expect(said).toContain("This is a test: nothing is wrong");
      expect(said).not.toMatch(/<\/?[a-z]+>|\*\*|&[a-z]+;|\\/);
    }
    const { outcome, message } = await test.sending.test(id, START);
    expect(message).toBe("");
    expect(outcome).toBe("sent");
    expect(server.complaints).toEqual([]);
    const [{ headers, body }] = server.seen;
    expect(`${headers.title} ${body}`).toContain("TestOfThisChannel");
    server.script.push({ status: 404, body: "no such thing" });
    expect(await test.sending.test(id, START)).toMatchObject({ outcome: "failed", message: "HTTP 404: no such thing" });
  });
});
