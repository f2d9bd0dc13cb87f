/** The queue from end to end against a server of its own: what fails is tried again, what is refused is kept, nothing is lost, nothing is sent twice. */
import { afterEach, describe, expect, it } from "vitest";
import { startChatServer, type Answers, type ChatServer } from "../../../test/kit/chat-server.ts";
import { deliveryOf, START, startSending, type TestSending } from "../../../test/kit/sending.ts";
import { MemoryDocumentStore } from "../../store/memory/memory-documents.ts";
import { UnknownChannelError } from "./sending.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function serve(answers?: Answers): Promise<ChatServer> {
  const server = await startChatServer(answers);
  open.push(() => server.close());
  return server;
}

async function start(...args: Parameters<typeof startSending>): Promise<TestSending> {
  const test = await startSending(...args);
  open.push(() => test.sending.close(0));
  return test;
}

const hook = (url: string, more = "") => `webhook_configs: [{ url: '${url}/hook'${more} }]`;
const waitingIds = async (documents: MemoryDocumentStore) =>
  (await documents.list("alert-queue")).map(({ key }) => key).filter((key) => !key.startsWith("last:"));

describe("a notification that is enqueued", () => {
  it("is on disk before anything is sent, goes out, and is gone", async () => {
    const server = await serve();
    const test = await start(hook(server.url));
    await test.deliver({});
    expect(await waitingIds(test.documents)).toHaveLength(1);
    expect(server.seen).toEqual([]);
    expect(test.sending.nextAt()).toBe(START);
    await test.work();
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0].json).toMatchObject({
      version: "4",
      status: "firing",
      alerts: [{ annotations: { summary: "12 % of requests fail" }, evidence: { service: "checkout" } }],
    });
    expect(server.seen[0].json.alerts[0].annotations.evidence).toContain("Service: checkout, operation: POST /pay");
    expect(await waitingIds(test.documents)).toEqual([]);
    expect(test.sending.nextAt()).toBeUndefined();
    expect(test.sending.status()).toMatchObject([
      { id: "team/webhook/0", sent: 1, failed: 0, waiting: 0, lastError: "" },
    ]);
    expect(test.told).toMatchObject([
      { channelId: "team/webhook/0", outcome: "waiting" },
      { channelId: "team/webhook/0", outcome: "sent" },
    ]);
    expect(test.told[0].id).toBe(test.told[1].id);
    expect(await test.samples("alertmanager_notifications_total")).toEqual([
      'alertmanager_notifications_total{integration="webhook",receiver_name="team"} 1',
    ]);
  });

  it.each<[string, Answers, number]>([
    ["5xx", (_, number) => (number === 1 ? { status: 503 } : {}), 750],
    ["429 with seconds", (_, number) => (number === 1 ? { status: 429, headers: { "retry-after": "7" } } : {}), 7000],
    [
      "429 with a date",
      (_, number) =>
        number === 1 ? { status: 429, headers: { "retry-after": new Date(START + 90_000).toUTCString() } } : {},
      89_000,
    ],
    ["a cut connection", (_, number) => (number === 1 ? { instead: "cut" } : {}), 750],
    ["silence", (_, number) => (number === 1 ? { instead: "silence" } : {}), 750],
  ])("after %s waits and is sent once", async (_name, answers, leastMillis) => {
    const server = await serve(answers);
    const test = await start(hook(server.url), { settings: { timeoutMillis: 500 } });
    await test.deliver({});
    await test.work();
    expect(server.seen).toHaveLength(1);
    const at = test.sending.nextAt()!;
    expect(at - START).toBeGreaterThanOrEqual(leastMillis);
    expect(test.sending.status()).toMatchObject([{ failed: 1, waiting: 1, retryAt: expect.any(Number) }]);
    test.now = at - 1;
    await test.work();
    expect(server.seen).toHaveLength(1);
    await test.drain();
    expect(server.seen).toHaveLength(2);
    expect(server.seen[1].body).toBe(server.seen[0].body);
    expect(test.sending.status()).toMatchObject([{ sent: 1, waiting: 0, lastError: "" }]);
  });

  it("waits for an answer as long as its integration says", async () => {
    const server = await serve(() => ({ instead: "silence" }));
    const test = await start(hook(server.url, ", timeout: 50ms"), { settings: { timeoutMillis: 60_000 } });
    await test.deliver({});
    await test.work();
    expect(test.sending.status()[0]).toMatchObject({
      failed: 1,
      lastError: expect.stringContaining("127.0.0.1 gave no answer within 0.05 s"),
    });
  });

  it("after a refused connection waits until the server is there", async () => {
    const server = await startChatServer();
    await server.close();
    const test = await start(hook(server.url));
    await test.deliver({});
    await test.work();
    expect(test.sending.status()[0]).toMatchObject({ failed: 1, waiting: 1 });
    expect(test.sending.status()[0].lastError).toContain("ECONNREFUSED");
  });

  it("waits longer each time, is given up after an hour, and stays as a dead letter that can be tried again", async () => {
    let isUp = false;
    const server = await serve(() => (isUp ? {} : { status: 500, body: "sorry" }));
    const test = await start(hook(server.url));
    await test.deliver({});
    const waits: number[] = [];
    while (test.sending.status()[0].waiting > 0) {
      const before = test.now;
      await test.drain(1);
      waits.push(test.now - before);
    }
    expect(waits.slice(1, 6)).toEqual(waits.slice(1, 6).toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThanOrEqual(301_000);
    expect(test.now - START).toBeGreaterThanOrEqual(3_600_000);
    expect(test.now - START).toBeLessThan(3_600_000 + 301_000);
    const [letter] = test.sending.deadLetters();
    expect(letter).toMatchObject({
      receiver: "team",
      kind: "webhook",
      alerts: ["HighErrors"],
      message: "HTTP 500: sorry",
    });
    expect(letter.attempts).toBe(server.seen.length);
    expect(await waitingIds(test.documents)).toEqual([]);
    expect(await test.samples("alertmanager_notifications_failed_total")).toEqual([
      'alertmanager_notifications_failed_total{integration="webhook",receiver_name="team",reason="contextDeadlineExceeded"} 1',
    ]);
    isUp = true;
    server.seen.length = 0;
    expect(await test.sending.retry(letter.id, test.now)).toBe(true);
    expect(test.sending.deadLetters()).toEqual([]);
    await test.drain();
    expect(server.seen).toHaveLength(1);
    expect(await test.sending.retry(letter.id, test.now)).toBe(false);
  });

  it("that is refused is a dead letter at once, and can be dropped", async () => {
    const server = await serve(() => ({ status: 404, body: "no such hook" }));
    const test = await start(hook(server.url));
    await test.deliver({});
    await test.work();
    const [letter] = test.sending.deadLetters();
    expect(letter).toMatchObject({ attempts: 1, message: "HTTP 404: no such hook" });
    expect(test.told.slice(1)).toMatchObject([{ outcome: "failed", message: "HTTP 404: no such hook" }]);
    expect(await test.sending.drop(letter.id)).toBe(true);
    expect(await test.sending.drop(letter.id)).toBe(false);
    expect(await test.documents.list("alert-dead-letters")).toEqual([]);
  });
});

describe("at the end", () => {
  it("an attempt under way may finish until the deadline", async () => {
    const server = await serve(() => new Promise((resolve) => setTimeout(resolve, 50, {})));
    const test = await start(hook(server.url));
    await test.deliver({});
    await test.sending.work(test.now);
    await test.sending.close(Date.now() + 60_000);
    expect(server.seen).toHaveLength(1);
    expect(test.told.at(-1)).toMatchObject({ outcome: "sent" });
  });
});

describe("channels", () => {
  it("do not wait for each other", async () => {
    const slow = await serve(() => ({ instead: "silence" }));
    const fast = await serve();
    const test = await start(`webhook_configs: [{ url: '${slow.url}' }, { url: '${fast.url}' }]`, {
      settings: { timeoutMillis: 60_000 },
    });
    await test.deliver({ index: 0 }, { index: 1 }, { index: 1, name: "Other" });
    await test.sending.work(test.now);
    await slow.received(1);
    await fast.received(1);
    while (fast.seen.length < 2) {
      await new Promise((resolve) => setImmediate(resolve));
      await test.sending.work(test.now);
    }
    expect(slow.seen).toHaveLength(1);
    expect(fast.seen.map(({ json }) => json.groupLabels.alertname)).toEqual(["HighErrors", "Other"]);
  });

  it("keep to their rate limit, in the order of a group", async () => {
    const server = await serve();
    const test = await start(`slack_configs: [{ api_url: '${server.url}/x', send_resolved: true }]`);
    await test.deliver({ name: "A" }, { name: "B" }, { name: "C" });
    const times: number[] = [];
    while (test.sending.nextAt() !== undefined) {
      await test.drain(1);
      times.push(test.now - START);
    }
    expect(times).toEqual([0, 1000, 2000]);
  });

  it("let other messages pass one that alone keeps failing, but none of its own group", async () => {
    const server = await serve(({ json }) => (json.groupLabels.alertname === "Bad" ? { status: 500 } : {}));
    const test = await start(hook(server.url));
    await test.deliver({ name: "Bad" });
    await test.work();
    await test.deliver({ name: "Bad", isResolved: true, reason: "all_resolved" }, { name: "Good" }, { name: "Fine" });
    await test.drain(12);
    const names = server.seen.map(({ json }) => `${json.groupLabels.alertname} ${json.status}`);
    expect(names.slice(1)).toContain("Good firing");
    expect(names.slice(1)).toContain("Fine firing");
    expect(names).not.toContain("Bad resolved");
    expect(test.sending.status()).toMatchObject([{ sent: 2, waiting: 2 }]);
  });
});

describe("after a restart in mid-queue", () => {
  it("everything that waited is sent once, in order", async () => {
    const server = await serve((_, number) => (number <= 2 ? {} : { status: 503 }));
    const first = await start(hook(server.url));
    await first.deliver(...["A", "B", "C", "D"].map((name) => ({ name })));
    await first.work();
    await first.work();
    await first.work();
    expect(server.seen).toHaveLength(3);
    server.answers = () => ({});
    server.seen.length = 0;
    const second = await start(hook(server.url), { documents: first.documents });
    await second.drain();
    expect(server.seen.map(({ json }) => json.groupLabels.alertname)).toEqual(["C", "D"]);
    expect(await waitingIds(second.documents)).toEqual([]);
  });

  it("what the notifier gives again is known, sent or not", async () => {
    const server = await serve();
    const first = await start(hook(server.url));
    await first.deliver({ name: "Sent" });
    await first.work();
    await first.deliver({ name: "Waiting" });
    const second = await start(hook(server.url), { documents: first.documents });
    // Its state was not written before the crash: it gives both again, the group's look is later now.
    second.now += 5000;
    await second.deliver({ name: "Sent" }, { name: "Waiting" });
    await second.drain();
    expect(server.seen.map(({ json }) => json.groupLabels.alertname)).toEqual(["Sent", "Waiting"]);
    // The next repetition is news.
    second.now += 3_600_000;
    await second.deliver({ name: "Sent", reason: "repeat" });
    await second.drain();
    expect(server.seen).toHaveLength(3);
    expect(await second.samples('reason="repeated"')).toEqual([
      'goldspan_alert_queue_dropped_total{reason="repeated"} 2',
    ]);
  });

  it("what could not be written is no more known than before, and is given again", async () => {
    class FullStore extends MemoryDocumentStore {
      isFull = true;
      override async write(changes: Parameters<MemoryDocumentStore["write"]>[0]): Promise<void> {
        if (this.isFull) throw new Error("disk full");
        return super.write(changes);
      }
    }
    const documents = new FullStore();
    const server = await serve();
    const test = await start(hook(server.url), { documents });
    await expect(test.deliver({})).rejects.toThrow("disk full");
    await test.drain();
    expect(server.seen).toHaveLength(0);
    documents.isFull = false;
    const state = { collection: "alert-notifier", key: "state", value: { a: 1 } };
    await test.sending.enqueue([deliveryOf(test.config, {}, test.now)], [state], test.now);
    expect(await documents.get("alert-notifier", "state")).toEqual({ a: 1 });
    await test.drain();
    expect(server.seen).toHaveLength(1);
  });

  it("what waits is kept while there is no configuration, and sent when there is one again", async () => {
    const server = await serve();
    const test = await start(hook(server.url));
    await test.deliver({});
    await test.sending.configure(undefined, { folder: "/" }, test.now);
    await test.drain();
    expect(test.sending.status()).toEqual([]);
    expect(server.seen).toHaveLength(0);
    expect(test.sending.deadLetters()).toEqual([]);
    await test.sending.configure(test.config, { folder: "/" }, test.now);
    await test.drain();
    expect(server.seen).toHaveLength(1);
  });

  it("what fails after a long time off is given up only when it was tried", async () => {
    const server = await serve(() => ({ status: 500 }));
    const first = await start(hook(server.url));
    await first.deliver({});
    const second = await start(hook(server.url), { documents: first.documents });
    second.now += 86_400_000;
    await second.drain();
    expect(server.seen).toHaveLength(1);
    expect(second.sending.deadLetters()).toHaveLength(1);
  });

  it("a message that the disk would not delete is not sent again by this process", async () => {
    class StuckStore extends MemoryDocumentStore {
      isStuck = false;
      override async delete(collection: string, key: string): Promise<void> {
        if (this.isStuck) throw new Error("disk full");
        return super.delete(collection, key);
      }
    }
    const documents = new StuckStore();
    const server = await serve();
    const test = await start(hook(server.url), { documents });
    await test.deliver({});
    documents.isStuck = true;
    await test.drain();
    await test.work();
    expect(server.seen).toHaveLength(1);
    expect(await waitingIds(documents)).toHaveLength(1);
    documents.isStuck = false;
    await test.work();
    expect(await waitingIds(documents)).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });
});

describe("a flood", () => {
  it("of one group becomes the latest that says everything", async () => {
    const server = await serve();
    const test = await start(hook(server.url));
    for (let i = 1; i <= 20; i++) await test.deliver({ count: i, reason: i === 1 ? "first" : "new_alerts" });
    expect(test.sending.status()[0].waiting).toBe(2);
    await test.drain();
    // The first has no instance, and is another alert.
    expect(server.seen.map(({ json }) => json.alerts.length)).toEqual([1, 20]);
  });

  it("keeps a firing that was not told yet before its resolve", async () => {
    const server = await serve();
    const test = await start(hook(server.url));
    await test.deliver({});
    await test.deliver({ isResolved: true, reason: "all_resolved" });
    await test.drain();
    expect(server.seen.map(({ json }) => json.status)).toEqual(["firing", "resolved"]);
  });

  it("of many groups is bounded: the oldest become dead letters", async () => {
    const server = await serve();
    const test = await start(hook(server.url), { settings: { mostWaiting: 5 } });
    await test.deliver(...Array.from({ length: 8 }, (_, i) => ({ name: `A${i}` })));
    expect(test.sending.status()[0].waiting).toBe(5);
    expect(
      test.sending
        .deadLetters()
        .map(({ alerts }) => alerts[0])
        .sort(),
    ).toEqual(["A0", "A1", "A2"]);
    expect(test.sending.deadLetters()[0].message).toContain("queue of this channel is full");
    await test.drain();
    expect(server.seen).toHaveLength(5);
  });

  it("of large ones is bounded by what they take on disk", async () => {
    const server = await serve();
    const test = await start(hook(server.url), { settings: { mostBytes: 200_000 } });
    const big = { annotations: { description: "x".repeat(30_000) } };
    await test.deliver(...["A", "B", "C", "D", "E"].map((name) => ({ name, ...big })));
    expect(test.sending.status()[0].waiting).toBe(3);
    expect(test.sending.deadLetters().map(({ alerts }) => alerts[0])).toEqual(expect.arrayContaining(["A", "B"]));
    await test.drain();
    expect(server.seen.map(({ json }) => json.groupLabels.alertname)).toEqual(["C", "D", "E"]);
  });

  it("of alerts in a group is cut, and says so", async () => {
    const server = await serve();
    const test = await start(hook(server.url));
    await test.deliver({ count: 1500 });
    await test.drain();
    expect(server.seen[0].json).toMatchObject({ truncatedAlerts: 500 });
    expect(server.seen[0].json.alerts).toHaveLength(1000);
  });
});

describe("a changed configuration", () => {
  it("counts for what waits, and gives up what has lost its integration", async () => {
    const [old, fresh] = [await serve(() => ({ status: 500 })), await serve()];
    const test = await start(`webhook_configs: [{ url: '${old.url}' }, { url: '${old.url}' }]`);
    await test.deliver({ index: 0 }, { index: 1, name: "Gone" });
    await test.work();
    const next = await start(hook(fresh.url));
    await test.sending.configure(next.config, { folder: "/" }, test.now);
    await test.drain();
    expect(fresh.seen.map(({ json }) => json.groupLabels.alertname)).toEqual(["HighErrors"]);
    const [letter] = test.sending.deadLetters();
    expect(letter).toMatchObject({ alerts: ["Gone"] });
    expect(letter.message).toContain("no longer in the configuration");
    await expect(test.sending.retry(letter.id, test.now)).rejects.toThrow(UnknownChannelError);
    expect(test.sending.status().map(({ id }) => id)).toEqual(["team/webhook/0"]);
  });

  it("is warned of what nobody can send and of keys without effect", async () => {
    const test = await start(hook("http://localhost"));
    const { config } = await start(
      "sns_configs: [{ topic_arn: t }]\n  email_configs: [{ to: a@b.c, from: d@e.f, smarthost: 'h:25', auth_identity: i }]\n  webhook_configs: [{ url: 'http://a', http_config: { tls_config: { min_version: SSL3 } }, payload: { a: '{{ .Nope' } }]",
    );
    const issues = await test.sending.configure(config, { folder: "/" }, 0);
    const messages = issues.map(({ message }) => message);
    expect(messages).toHaveLength(4);
    expect(messages.find((message) => message.includes("sns_configs[0]"))).toContain("cannot send to sns yet");
    expect(messages.find((message) => message.includes("email_configs[0]"))).toContain("auth_identity has no effect");
    expect(messages.join("\n")).toContain('min_version "SSL3" is none of TLS10, TLS11, TLS12, TLS13');
    expect(messages.join("\n")).toContain("payload.a is no template");
    await test.sending.enqueue([deliveryOf(config, { index: 2 }, 0)], [], 0);
    expect(await waitingIds(test.documents)).toEqual([]);
  });
});

it("no message of a failure holds a secret", async () => {
  const server = await serve(({ path, headers }) => ({ status: 400, body: `bad ${path} ${headers.authorization}` }));
  const test = await start(
    `webhook_configs: [{ url: '${server.url}/\${env:TOKEN}', http_config: { authorization: { credentials: '\${env:TOKEN}' } } }]`,
  );
  await test.deliver({});
  await test.work();
  expect(server.seen[0].path).toBe("/t0psecret-token");
  expect(server.seen[0].headers.authorization).toBe("Bearer t0psecret-token");
  const [{ message }] = test.sending.deadLetters();
  expect(message).toBe("HTTP 400: bad <secret> Bearer <secret>");
  expect(test.lines.join()).not.toContain("t0psecret");
  expect(JSON.stringify(test.sending.status())).not.toContain("t0psecret");
});
