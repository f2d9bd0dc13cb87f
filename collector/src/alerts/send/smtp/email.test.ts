/** E-mail by real conversations with an SMTP server: TLS, credentials, refusals, and what arrives. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { partsOf, startMailServer, type MailServer } from "../../../../test/kit/mail-server.ts";
import { PICTURE, startSending, type TestSending } from "../../../../test/kit/sending.ts";

const TLS = join(import.meta.dirname, "../../../../testdata/tls");
const certificate = { key: readFileSync(join(TLS, "server.key")), cert: readFileSync(join(TLS, "server.crt")) };
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function serve(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer({ ...certificate, ...options });
  open.push(() => server.close());
  return server;
}

const CA = `tls_config: { ca_file: '${TLS}/ca.crt' }`;

async function start(
  server: MailServer,
  more = CA,
  parts: Parameters<typeof startSending>[1] = {},
): Promise<TestSending> {
  const test = await startSending(
    `email_configs: [{ to: 'ops@example.com, "On Call, night" <night@example.com>', from: 'Goldspan <alerts@example.org>', smarthost: '127.0.0.1:${server.port}', send_resolved: true, hello: gs.example.org, ${more} }]`,
    parts,
  );
  open.push(() => test.sending.close(0));
  return test;
}

const errorOf = ({ sending }: TestSending) => sending.deadLetters()[0]?.message ?? sending.status()[0].lastError;

describe("a mail", () => {
  it("has text, HTML and the picture in it, goes to everybody, over TLS", async () => {
    const server = await serve();
    const test = await start(server, CA, { pictureOf: async () => PICTURE });
    await test.deliver({ annotations: { summary: "12 % of <requests> fail & more" } });
    await test.drain();
    expect(errorOf(test)).toBe("");
    const [mail] = server.seen;
    expect(mail).toMatchObject({
      from: "alerts@example.org",
      to: ["ops@example.com", "night@example.com"],
      hello: "gs.example.org",
      isSecure: true,
      user: undefined,
    });
    expect(mail.headers).toMatchObject({
      from: "Goldspan <alerts@example.org>",
      subject: "[FIRING:1] HighErrors checkout",
      "content-type": expect.stringContaining("multipart/"),
    });
    expect(mail.headers).not.toHaveProperty("references");
    const parts = partsOf(mail.text);
    const of = (type: string) => parts.find((part) => part.type === type)!;
    const text = of("text/plain").content.toString();
    expect(text).toContain("12 % of <requests> fail & more");
    expect(text).toContain("Service: checkout, operation: POST /pay");
    const html = of("text/html").content.toString();
    expect(html).toContain("12 % of &lt;requests&gt; fail &amp; more");
    expect(html).toContain("card &lt;declined&gt; &amp; gone");
    expect(html).toContain('href="https://gs.example.com/traces/0af7651916cd43dd8448eb211c80319c"');
    const image = of("image/png");
    expect(image.content.equals(PICTURE)).toBe(true);
    const cid = /content-id: *<([^>]+)>/i.exec(image.head)![1];
    expect(html).toContain(`src="cid:${cid}"`);
    expect(image.head).toMatch(/content-disposition: inline/i);
  });

  it("is in the words of one's own: subject, headers, HTML with values escaped, without a text", async () => {
    const server = await serve();
    const test = await start(
      server,
      `${CA}, headers: { Subject: '{{ template "__subject" . }}!', X-Severity: '{{ .CommonLabels.severity }}', To: 'The team <team@example.com>', Cc: c@example.com, Bcc: b@example.com, References: '<x>' }, html: '<b>{{ .CommonAnnotations.summary }}</b>{{ "<i>" | safeHtml }}', text: ''`,
      { pictureOf: async () => PICTURE },
    );
    await test.deliver({ annotations: { summary: "<script>\r\nX: y" } });
    await test.drain();
    const [mail] = server.seen;
    expect(mail.headers).toMatchObject({
      subject: "[FIRING:1] HighErrors (checkout, critical)!",
      "x-severity": "critical",
    });
    // What headers say is shown; who gets it says `to`.
    expect(mail.headers).toMatchObject({ to: "The team <team@example.com>", cc: "c@example.com" });
    expect(mail.to).toEqual(["ops@example.com", "night@example.com"]);
    expect(mail.headers).not.toHaveProperty("bcc");
    expect(mail.headers).not.toHaveProperty("x");
    expect(mail.headers).not.toHaveProperty("references");
    expect(partsOf(mail.text).some(({ type }) => type === "text/plain")).toBe(false);
    const html = partsOf(mail.text)
      .find(({ type }) => type === "text/html")!
      .content.toString();
    expect(html.replace(/\r/g, "")).toContain("<b>&lt;script&gt;\nX: y</b><i>");
  });

  it("of a group stands in its thread, a new one each day unless told otherwise", async () => {
    const references = async (threading: string) => {
      const server = await serve();
      const test = await start(server, `${CA}, threading: ${threading}`);
      await test.deliver({});
      await test.drain();
      await test.deliver({ isResolved: true, reason: "all_resolved" }, { name: "Other" });
      await test.drain();
      test.now += 86_400_000;
      await test.deliver({ reason: "repeat" });
      await test.drain();
      expect(errorOf(test)).toBe("");
      expect(server.seen.every(({ headers }) => headers["in-reply-to"] === headers.references)).toBe(true);
      return server.seen.map(({ headers }) => headers.references);
    };
    const [first, resolved, other, nextDay] = await references("{ enabled: true }");
    expect(first).toMatch(/^<alert-[0-9a-f]{32}@example\.org>$/);
    expect([resolved === first, other === first, nextDay === first]).toEqual([true, false, false]);
    const [one, , , later] = await references("{ enabled: true, thread_by_date: none }");
    expect(later).toBe(one);
  });
});

describe("the server", () => {
  it("is spoken to over TLS from the first byte when it is so", async () => {
    const server = await serve({ secure: true });
    const test = await start(server, `${CA}, force_implicit_tls: true`);
    await test.deliver({});
    await test.drain();
    expect(server.seen).toMatchObject([{ isSecure: true }]);
  });

  it("without TLS gets nothing, unless that is allowed", async () => {
    const server = await serve({ disabledCommands: ["STARTTLS"] });
    const test = await start(server);
    await test.deliver({});
    await test.work();
    expect(server.seen).toEqual([]);
    expect(test.sending.status()[0]).toMatchObject({ failed: 1, waiting: 1 });
    const allowed = await start(server, "require_tls: false");
    await allowed.deliver({});
    await allowed.drain();
    expect(server.seen).toMatchObject([{ isSecure: false }]);
  });

  it("whose certificate nobody trusts gets nothing", async () => {
    const server = await serve();
    const test = await start(server, "require_tls: true");
    await test.deliver({});
    await test.work();
    expect(server.seen).toEqual([]);
    expect(errorOf(test)).toMatch(/unable to (?:verify|get)|self-signed/);
  });

  it.each([
    ["a password", "auth_username: user, auth_password: 's3cret-pass'", undefined],
    ["a shared secret", "auth_username: user, auth_secret: 's3cret-pass'", ["CRAM-MD5"]],
  ])("takes %s", async (_name, credentials, authMethods) => {
    const server = await serve({ authOptional: false, ...(authMethods && { authMethods }) });
    const test = await start(server, `${CA}, ${credentials}`);
    await test.deliver({});
    await test.drain();
    expect(errorOf(test)).toBe("");
    expect(server.seen).toMatchObject([{ user: "user" }]);
  });

  it("that refuses the password is tried again later, without telling it to anyone", async () => {
    const server = await serve({ authOptional: false });
    const test = await start(server, `${CA}, auth_username: user, auth_password: 'wrong-pass'`);
    await test.deliver({});
    await test.work();
    expect(test.sending.status()[0]).toMatchObject({ failed: 1, waiting: 1 });
    expect(errorOf(test)).toContain("wrong user or password");
    expect(errorOf(test)).not.toContain("wrong-pass");
  });

  it("that is busy (4xx) gets the mail later, once", async () => {
    const server = await serve();
    server.refuse = (number) => (number === 1 ? 451 : undefined);
    const test = await start(server);
    await test.deliver({});
    await test.work();
    expect(test.sending.status()[0]).toMatchObject({ failed: 1, waiting: 1 });
    expect(test.sending.nextAt()! - test.now).toBeGreaterThan(500);
    await test.drain();
    expect(server.seen).toHaveLength(1);
  });

  it("that refuses a mail (5xx) gets it no more", async () => {
    const server = await serve();
    server.refuse = () => 554;
    const test = await start(server);
    await test.deliver({});
    await test.work();
    expect(test.sending.deadLetters()).toMatchObject([{ kind: "email", attempts: 1 }]);
    expect(errorOf(test)).toContain("not now");
  });

  it("that says nothing, or is not there, is given up for now", async () => {
    const { createServer } = await import("node:net");
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const test = await start({ port } as MailServer, CA, { settings: { timeoutMillis: 200 } });
    await test.deliver({});
    await test.work();
    expect(errorOf(test)).toMatch(/timeout|never received/i);
    await new Promise((resolve) => silent.close(resolve));
    const gone = await start({ port } as MailServer);
    await gone.deliver({});
    await gone.work();
    expect(errorOf(gone)).toContain("ECONNREFUSED");
  });

  it("gets after a restart what waited, once", async () => {
    const server = await serve();
    const first = await start(server);
    await first.deliver({ name: "A" }, { name: "B" });
    await first.work();
    const second = await start(server, CA, { documents: first.documents });
    await second.drain();
    expect(server.seen.map(({ headers }) => headers.subject)).toEqual([
      "[FIRING:1] A checkout",
      "[FIRING:1] B checkout",
    ]);
  });
});

it("nothing in a mail opens files: an address or a text that names one is only text", async () => {
  const server = await serve();
  const test = await start(server, `${CA}, html: '<img src="file:///etc/passwd">'`);
  await test.deliver({});
  await test.drain();
  expect(server.seen[0].text).not.toContain("root:");
});
