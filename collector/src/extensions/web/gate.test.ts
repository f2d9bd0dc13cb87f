/** Who is let in at the web port, over real sockets. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { hostname } from "node:os";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings, type TestSettings } from "../../../test/kit/settings.ts";
import { tempDirectory } from "../../../test/kit/stores.ts";
import type { FrontRoute } from "../../component/component.ts";
import { config } from "./config.ts";
import { Gate } from "./gate.ts";
import { isGuessable } from "./guesses.ts";
import { makeToken } from "./token-file.ts";
import { WebExtension } from "./web-extension.ts";

const TOKEN = "an-example-of-a-token";
const PAGE = { accept: "text/html,*/*;q=0.8" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const running: WebExtension[] = [];
let folder: ReturnType<typeof tempDirectory>;
beforeEach(() => void (folder = tempDirectory()));
afterEach(async () => {
  for (const web of running.splice(0)) await web.shutdown(Date.now() + 500);
  folder.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Started {
  readonly web: WebExtension;
  readonly settings: TestSettings;
  readonly ask: (path: string, headers?: Record<string, string>, method?: string, body?: string) => Promise<Answer>;
}

async function start(yaml: string, routes: Readonly<Record<string, FrontRoute>> = {}): Promise<Started> {
  const settings = testSettings("extension", "web");
  const front = {
    fetchApi: async (request: Request) => new Response(`${request.method} ${new URL(request.url).pathname}`),
    metricsText: async () => "up 1\n",
    routeAt: (path: string) => routes[path],
  };
  const host = { ...settings.host, front, dataDirectory: join(folder.path, "data") };
  const web = new WebExtension({ ...settings, host }, readConfig(config, yaml));
  running.push(web);
  await web.start();
  const ask: Started["ask"] = (path, headers = {}, method = "GET", body) =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port: web.ports()[""], host: "127.0.0.1", path, method, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk)));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.on("error", reject);
      request.end(body);
    });
  return { web, settings, ask };
}

const guarded = `{ endpoint: "localhost:0", auth: { token: ${TOKEN} } }`;
const bearer = (token = TOKEN) => ({ authorization: `Bearer ${token}` });
const cookieOf = ({ headers }: Answer) => headers["set-cookie"]?.[0].split(";", 1)[0] ?? "";

describe("whoever asks", () => {
  it("costs one request at most, whatever is wrong with it", async () => {
    const { ask, settings } = await start(guarded);
    expect((await ask("/api/v1/info", bearer(), "TRACE")).status).toBe(405);
    const failing = vi.spyOn(Gate.prototype, "answer").mockImplementation(() => {
      throw new Error("nobody foresaw this");
    });
    onTestFinished(() => failing.mockRestore());
    expect((await ask("/api/v1/info", bearer())).status).toBe(500);
    failing.mockRestore();
    expect((await ask("/api/v1/info", bearer())).status).toBe(200);
    expect(settings.lines).toMatchObject([{ level: "error", msg: "a request to the web port failed" }]);
  });
});

describe("without a configured token", () => {
  it("nobody is asked on the loopback", async () => {
    for (const endpoint of ["localhost:0", "127.0.0.1:0"]) {
      const { ask, web } = await start(`endpoint: ${endpoint}`);
      expect((await ask("/api/v1/info")).text).toBe("GET /api/v1/info");
      expect(JSON.parse((await ask("/api/v1/session")).text)).toEqual({ auth: "none" });
      expect(web.webAccess).toMatchObject({ signsIn: false, needsToken: false });
      expect(web.webAccess?.link).toMatch(/^http:\/\/localhost:\d+$/);
    }
    expect(existsSync(join(folder.path, "data"))).toBe(false);
  });

  it("one is made where other machines can ask, kept for its owner alone, and stays over restarts", async () => {
    const { web, ask, settings } = await start("endpoint: 0.0.0.0:0");
    const path = join(folder.path, "data/web-token");
    const token = readFileSync(path, "utf8").trim();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(web.webAccess?.link).toBe(`http://localhost:${web.ports()[""]}/?token=${token}`);
    expect((await ask("/api/v1/info")).status).toBe(401);
    expect((await ask("/api/v1/info", bearer(token))).status).toBe(200);
    expect(JSON.stringify(settings.lines)).not.toContain(token);
    const again = await start("endpoint: 0.0.0.0:0");
    expect((await again.ask("/api/v1/info", bearer(token))).status).toBe(200);
    rmSync(path);
    const other = await start("endpoint: 0.0.0.0:0");
    expect((await other.ask("/api/v1/info", bearer(token))).status).toBe(401);
  });

  it("going without is said, and told of", async () => {
    const { ask, settings } = await start("{ endpoint: '0.0.0.0:0', auth: none }");
    expect((await ask("/api/v1/info")).status).toBe(200);
    expect(settings.lines).toMatchObject([{ level: "warn", msg: expect.stringMatching(/everybody.*auth is none/) }]);
  });

  it("does not start where the token cannot be kept, or is none", async () => {
    mkdirSync(join(folder.path, "data"));
    writeFileSync(join(folder.path, "data/web-token"), "short\n");
    await expect(start("endpoint: 0.0.0.0:0")).rejects.toThrow(/cannot use the token in .*web-token.*delete the file/);
    writeFileSync(join(folder.path, "data/web-token"), "change-me-before-you-start\n");
    await expect(start("endpoint: 0.0.0.0:0")).rejects.toThrow(/web-token: it is the placeholder .*delete the file/);
    rmSync(join(folder.path, "data"), { recursive: true });
    writeFileSync(join(folder.path, "data"), "a file");
    await expect(start("endpoint: 0.0.0.0:0")).rejects.toThrow(/cannot (read|write).*data/);
  });
});

describe("a token", () => {
  it("is needed for everything but probes", async () => {
    const { ask } = await start(guarded);
    for (const path of ["/healthz", "/readyz", "/prometheus/-/healthy", "/prometheus/-/ready", "/favicon.svg"])
      for (const [method, isOpen] of [
        ["GET", true],
        ["HEAD", true],
        ["POST", false],
        ["PUT", false],
      ] as const)
        expect([path, method, (await ask(path, {}, method)).status !== 401]).toEqual([path, method, isOpen]);
    const paths = ["/api/v1/info", "/prometheus/api/v1/query", "/loki/api/v1/labels", "/jaeger/api/services"];
    paths.push(
      "/alertmanager/api/v2/status",
      "/metrics",
      "/",
      "/assets/../metrics",
      "/assets/..",
      "/tempo/api/search",
      "/healthz/",
    );
    for (const path of paths) {
      const { status, headers, text } = await ask(path);
      expect([path, status, headers["www-authenticate"]]).toEqual([path, 401, 'Bearer realm="Goldspan"']);
      expect(JSON.parse(text)).toMatchObject({ error: { code: 401, message: expect.stringContaining("Bearer") } });
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
    }
    expect((await ask("/assets/gs-page-1a2B_-.js")).status).toBe(404);
    for (const path of paths.slice(0, 6)) expect((await ask(path, bearer())).status).toBe(200);
    for (const value of ["bearer an-example-of-a-token", `Bearer  ${TOKEN}`])
      expect((await ask("/metrics", { authorization: value })).text).toBe("up 1\n");
    for (const value of ["Bearer wrong", `Basic ${TOKEN}`, TOKEN, "Bearer"])
      expect((await ask("/metrics", { authorization: value })).status).toBe(401);
    expect((await ask(`/api/v1/info?token=${TOKEN}`)).status).toBe(401);
  });

  it("is the receiver's matter where it has an authenticator of its own", async () => {
    const open: FrontRoute["open"] = async () => ({ status: 204 });
    const routes = { "/guarded": { open, checksSenders: true }, "/plain": { open } };
    const { ask } = await start(guarded, routes);
    const statuses = [await ask("/guarded", {}, "POST"), await ask("/plain", {}, "POST")].map(({ status }) => status);
    expect([...statuses, (await ask("/plain", bearer(), "POST")).status]).toEqual([204, 401, 204]);
  });

  it("is asked for before a body, which whoever sends it may send to its end", async () => {
    const { web } = await start(guarded);
    const socket = connect(web.ports()[""], "127.0.0.1");
    const answer = new Promise<string>((resolve, reject) => {
      let text = "";
      socket.on("data", (chunk) => (text += String(chunk)));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
    });
    const bytes = 32 * 1024 * 1024;
    socket.write(`POST /loki/api/v1/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\n\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
    await new Promise((resolve) => socket.write(Buffer.alloc(bytes), resolve));
    expect(await answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*connection: close/i);
  });

  it("cannot be guessed: after ten different ones there is a wait, whoever repeats one counts once", async () => {
    const { ask, settings } = await start(guarded);
    for (let i = 0; i < 30; i++) expect((await ask("/metrics", bearer("one-that-is-old"))).status).toBe(401);
    expect((await ask("/metrics", bearer())).status).toBe(200);
    const cookie = cookieOf(await ask(`/?token=${TOKEN}`, PAGE));
    for (let i = 0; i < 9; i++) expect((await ask("/metrics", bearer(`guess-${i}`))).status).toBe(401);
    const refused = await ask("/metrics", bearer("another"));
    expect([refused.status, Number(refused.headers["retry-after"]) > 0]).toEqual([429, true]);
    expect((await ask("/metrics", bearer())).status).toBe(429);
    expect((await ask("/sign-in", FORM, "POST", `token=${TOKEN}`)).status).toBe(429);
    expect((await ask("/metrics", bearer("one-that-is-old"))).status).toBe(401);
    expect((await ask("/metrics", { cookie })).status).toBe(200);
    expect(settings.lines).toMatchObject([{ level: "warn", msg: expect.stringMatching(/one token after the other/) }]);
    expect(JSON.stringify(settings.lines)).not.toMatch(/guess|example/);
  });

  it("is let in with a token that no guesser finds, whatever others at its address try; they wait all the same", async () => {
    const long = "0123456789abcdef".repeat(4);
    const { ask, settings } = await start(guarded.replace(TOKEN, long));
    for (let i = 0; i < 10; i++) expect((await ask("/metrics", bearer(`guess-${i}`))).status).toBe(401);
    for (let i = 0; i < 20; i++) {
      expect((await ask("/metrics", bearer(`${long}${i}`))).status).toBe(429);
      expect((await ask("/metrics", bearer(long))).status).toBe(200);
    }
    expect((await ask("/sign-in", FORM, "POST", `token=${long.slice(1)}`)).status).toBe(429);
    const page = await ask("/sign-in", FORM, "POST", `token=${long}`);
    expect([page.status, page.headers["set-cookie"]?.length]).toEqual([303, 1]);
    expect((await ask(`/logs?token=${long}`, PAGE)).headers.location).toBe("/logs");
    expect(settings.lines).toMatchObject([{ level: "warn", msg: expect.stringMatching(/one token after the other/) }]);
  });

  it("can be guessed where the token is short, or of a few characters", () => {
    expect(["an-example-of-a-token", "ab".repeat(40), "a".repeat(64)].map(isGuessable)).toEqual([true, true, true]);
    expect(["0123456789abcdef".repeat(2), makeToken()].map(isGuessable)).toEqual([false, false]);
  });
});

describe("signing in", () => {
  it("by the link: the token goes into a cookie and out of the address", async () => {
    const { ask } = await start(guarded);
    const answer = await ask(`/logs?query=x%20y&token=${TOKEN}&last=1h`, PAGE);
    expect([answer.status, answer.headers.location]).toEqual([303, "/logs?query=x+y&last=1h"]);
    const [cookie] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^goldspan-[0-9a-f]{8}=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    expect((await ask("/api/v1/info", { cookie: `a=b; ${cookieOf(answer)}` })).status).toBe(200);
    const old = await ask("/?token=an-older-token", { ...PAGE, cookie: cookieOf(answer) });
    expect([old.status, old.headers.location, old.headers["set-cookie"]]).toEqual([303, "/", undefined]);
    const wrong = await ask("/?token=another-one", PAGE);
    expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(wrong.text).toContain("This is not the token");
    expect(wrong.text).not.toContain("another-one");
  });

  it("by the page, by way of a step of this site's own, and back to where one wanted to go", async () => {
    const { ask } = await start(guarded);
    const first = await ask("/traces?q=error&last=1h", PAGE);
    expect(first.status).toBe(401);
    const [, step] = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(first.text) ?? [];
    expect(step).toBe("/sign-in?to=%2Ftraces%3Fq%3Derror%26last%3D1h");
    const page = await ask(step, PAGE);
    expect(page.status).toBe(200);
    expect(page.text).toContain('name="to" value="/traces?q=error&amp;last=1h"');
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-.*form-action 'self'$/,
    );
    expect(page.text).not.toMatch(/<script|style="/);
    const form = (token: string, to: string) => new URLSearchParams({ token, to }).toString();
    const wrong = await ask("/sign-in", FORM, "POST", form("not-it", "/traces?q=error"));
    expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(wrong.text).toContain('role="alert"');
    const right = await ask("/sign-in", FORM, "POST", form(` ${TOKEN} `, "/traces?q=error"));
    expect([right.status, right.headers.location]).toEqual([303, "/traces?q=error"]);
    const cookie = cookieOf(right);
    expect((await ask("/api/v1/info", { cookie })).status).toBe(200);
    const again = await ask(step, { ...PAGE, cookie });
    expect([again.status, again.headers.location]).toEqual([303, "/traces?q=error&last=1h"]);
    expect((await ask("/sign-in", { "content-type": "text/plain" }, "POST", form(TOKEN, "/"))).status).toBe(400);
    expect((await ask("/sign-in", FORM, "POST", `token=${"x".repeat(10_000)}`)).status).toBe(400);
  });

  it("leads nowhere else", async () => {
    const { ask } = await start(guarded);
    const elsewhere = [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/.//evil.example",
      "",
      "x",
      "/sign-in?to=/",
    ];
    for (const to of elsewhere) {
      const body = new URLSearchParams({ token: TOKEN, to }).toString();
      expect([to, (await ask("/sign-in", FORM, "POST", body)).headers.location]).toEqual([to, "/"]);
    }
    const { text } = await ask(`/sign-in?to=${encodeURIComponent('/"><script>')}`, PAGE);
    expect(text).not.toContain("<script>");
  });

  it("ends when one signs out, when the cookie is altered or its time is over, and when the token changes", async () => {
    const { ask } = await start(guarded);
    const cookie = cookieOf(await ask(`/?token=${TOKEN}`, PAGE));
    expect(JSON.parse((await ask("/api/v1/session", { cookie })).text)).toEqual({ auth: "token" });
    const end = await ask("/api/v1/session", { cookie }, "DELETE");
    expect([end.status, end.headers["set-cookie"]?.[0]]).toEqual([204, expect.stringMatching(/=; Max-Age=0; Path=\//)]);
    expect((await ask("/api/v1/session", { cookie }, "POST")).status).toBe(405);
    const [name, value] = cookie.split("=");
    const [expiry, signature] = value.split(".");
    const later = (parseInt(expiry, 36) + 1).toString(36);
    const past = (Math.floor(Date.now() / 1000) - 1).toString(36);
    const notAscii = `${expiry}.${"é".repeat(signature.length)}`;
    for (const altered of [
      `${later}.${signature}`,
      `${past}.${signature}`,
      `${expiry}.`,
      expiry,
      `.${signature}`,
      "",
      notAscii,
    ])
      expect([altered, (await ask("/metrics", { cookie: `${name}=${altered}` })).status]).toEqual([altered, 401]);
    const other = await start(guarded.replace(TOKEN, `${TOKEN}-2`));
    expect((await other.ask("/metrics", { cookie })).status).toBe(401);
  });

  it("tells the cookie's name to nobody who has none", async () => {
    const { ask } = await start(guarded);
    for (const method of ["DELETE", "GET", "HEAD", "OPTIONS", "POST"])
      for (const path of ["/api/v1/session", "/sign-in", "/"])
        expect([method, path, (await ask(path, PAGE, method)).headers["set-cookie"]]).toEqual([
          method,
          path,
          undefined,
        ]);
  });

  it("marks the cookie for HTTPS where a proxy speaks it", async () => {
    const { ask } = await start(guarded);
    const answer = await ask(`/?token=${TOKEN}`, { ...PAGE, "x-forwarded-proto": "https" });
    expect(answer.headers["set-cookie"]?.[0]).toMatch(/^__Host-goldspan-.*; Secure$/);
    expect((await ask("/metrics", { cookie: cookieOf(answer) })).status).toBe(200);
  });

  it("is nothing where nobody is asked", async () => {
    const { ask } = await start("endpoint: localhost:0");
    const { status, headers } = await ask("/sign-in?to=/logs", PAGE);
    expect([status, headers.location]).toEqual([303, "/logs"]);
    expect((await ask("/api/v1/session", {}, "DELETE")).status).toBe(204);
  });
});

describe("the name that the port is asked by", () => {
  it("is one of this machine's, an address, or one that was allowed", async () => {
    const { ask } = await start("{ endpoint: 'localhost:0', allowed_hosts: [goldspan, '*.example.com'] }");
    const check = async (host: string, status: number, path = "/api/v1/info") =>
      expect([host, (await ask(path, { host })).status]).toEqual([host, status]);
    for (const host of [
      "localhost:8317",
      "LOCALHOST",
      "app.localhost",
      "127.0.0.1:1",
      "10.1.2.3",
      "[::1]:8317",
      hostname(),
    ])
      await check(host, 200);
    for (const host of ["goldspan:8317", "goldspan.", "a.example.com", "a.b.Example.com:80"]) await check(host, 200);
    for (const host of [
      "evil.test",
      "evil.test:8317",
      "goldspan.evil.test",
      "example.com",
      "localhost.evil.test",
      "1.2.3.4.evil.test",
    ])
      await check(host, 403);
    for (const path of ["/healthz", "/readyz"]) expect((await ask(path, { host: "evil.test" })).status).not.toBe(403);
    expect((await ask("/", { host: "evil.test" })).text).toMatch(
      /cannot answer for the host.*evil\.test.*allowed_hosts/,
    );
    const any = await start("{ endpoint: 'localhost:0', allowed_hosts: ['*'] }");
    expect((await any.ask("/api/v1/info", { host: "evil.test" })).status).toBe(200);
  });
});

describe("pages of other sites", () => {
  it("write nothing, whoever is signed in", async () => {
    const { ask } = await start(
      `{ endpoint: "localhost:0", allowed_hosts: [goldspan.example, "*"], auth: { token: ${TOKEN} } }`,
    );
    const cookie = cookieOf(await ask(`/?token=${TOKEN}`, PAGE));
    const post = async (headers: Record<string, string>) =>
      (await ask("/api/v1/boards", { host: "localhost:8317", cookie, ...headers }, "POST", "{}")).status;
    expect(await post({})).toBe(200);
    expect(await post({ origin: "http://localhost:8317" })).toBe(200);
    expect(await post({ origin: "https://goldspan.example" })).toBe(200);
    expect(await post({ origin: "https://seen.example", "x-forwarded-host": "seen.example" })).toBe(200);
    for (const origin of ["http://evil.test", "http://localhost:3000", "null", "https://goldspan.example.evil.test"])
      expect([origin, await post({ origin })]).toEqual([origin, 403]);
    expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
    const { status, text } = await ask("/sign-in", { ...FORM, origin: "http://evil.test" }, "POST", `token=${TOKEN}`);
    expect([status, JSON.parse(text).error.message]).toEqual([403, expect.stringMatching(/a page of another site/)]);
    expect((await ask("/api/v1/info", { cookie, origin: "http://evil.test" })).status).toBe(200);
  });
});

it("says what is wrong with its keys, and shows no token", () => {
  const check = (yaml: string, expected: RegExp) => expect(tryConfig(config, yaml).issues.join("\n")).toMatch(expected);
  check("auth: { token: short }", /auth\.token: a token has at least 16 characters.*openssl/);
  check(
    "auth: { token: replace-this-with-a-long-random-text }",
    /auth\.token: is the placeholder of an example.*openssl/,
  );
  check("auth: { token: 'a token with spaces' }", /no spaces/);
  check("auth: a-secret-in-the-wrong-place", /^auth: expected none or a map/);
  check("auth: { tokens: x }", /unknown key "tokens".*token/);
  check("allowed_hosts: ['https://goldspan.example']", /without scheme and port/);
  check("allowed_hosts: ['goldspan:8317']", /without scheme and port/);
  expect(tryConfig(config, "auth: a-secret-in-the-wrong-place").issues.join()).not.toContain("a-secret");
  expect(readConfig(config, "allowed_hosts: a.example,b.example").allowed_hosts).toEqual(["a.example", "b.example"]);
  expect(readConfig(config, "allowed_hosts: ''").allowed_hosts).toEqual([]);
  expect(readConfig(config, "auth: { token: }").auth).toEqual({ token: "" });
});
