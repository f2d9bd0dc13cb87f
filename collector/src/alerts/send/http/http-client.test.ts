/** `http_config` against real servers: credentials, TLS, proxies, redirects. */
import { createServer, request as httpRequest, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startChatServer, type Answers, type ChatServer } from "../../../../test/kit/chat-server.ts";
import { startSending, type TestSending } from "../../../../test/kit/sending.ts";
import { chooseProxy } from "./choose-proxy.ts";

const TLS = join(import.meta.dirname, "../../../../testdata/tls");
const file = (name: string) => readFileSync(join(TLS, name), "utf8");
const open: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function serve(answers?: Answers, tls?: Parameters<typeof startChatServer>[1]): Promise<ChatServer> {
  const server = await startChatServer(answers, tls);
  open.push(() => server.close());
  return server;
}

async function send(
  url: string,
  httpConfig: string,
  more: Parameters<typeof startSending>[1] = {},
): Promise<TestSending> {
  const test = await startSending(`webhook_configs: [{ url: '${url}', http_config: ${httpConfig} }]`, more);
  open.push(() => test.sending.close(0));
  await test.deliver({});
  await test.work();
  return test;
}

const errorOf = ({ sending }: TestSending) => sending.deadLetters()[0]?.message ?? sending.status()[0].lastError;

describe("credentials", () => {
  it.each<[string, string, Record<string, string>]>([
    [
      "basic_auth",
      "{ basic_auth: { username: u, password: '${env:TOKEN}' } }",
      { authorization: `Basic ${Buffer.from("u:t0psecret-token").toString("base64")}` },
    ],
    ["authorization", "{ authorization: { type: Key, credentials: abc } }", { authorization: "Key abc" }],
    ["authorization without a type", "{ authorization: { credentials: abc } }", { authorization: "Bearer abc" }],
    ["bearer_token", "{ bearer_token: abc }", { authorization: "Bearer abc" }],
    [
      "http_headers",
      "{ http_headers: { X-Tenant: { values: [a, b] }, X-Key: { secrets: ['${env:TOKEN}'] } } }",
      { "x-tenant": "a, b", "x-key": "t0psecret-token" },
    ],
  ])("%s", async (_name, config, headers) => {
    const server = await serve();
    await send(server.url, config);
    expect(server.seen[0].headers).toMatchObject({ "user-agent": "Goldspan/0.0.0-test", ...headers });
  });

  it("of files are read each time, relative to the configuration", async () => {
    const folder = mkdtempSync(join(tmpdir(), "send-"));
    open.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "password"), "one\n");
    const server = await serve();
    const test = await send(server.url, "{ basic_auth: { username: u, password_file: password } }", { folder });
    writeFileSync(join(folder, "password"), "two\n");
    await test.deliver({ name: "Other" });
    await test.drain();
    const passwords = server.seen.map(({ headers }) =>
      Buffer.from(headers.authorization.slice(6), "base64").toString(),
    );
    expect(passwords).toEqual(["u:one", "u:two"]);
  });

  it("a file that is missing is said, and tried again", async () => {
    const server = await serve();
    const test = await send(server.url, "{ authorization: { credentials_file: nowhere/token } }");
    expect(server.seen).toEqual([]);
    expect(errorOf(test)).toContain("ENOENT");
    expect(test.sending.status()[0].waiting).toBe(1);
  });

  it("oauth2: a token is asked for once, used, and asked for again when it is refused", async () => {
    let tokens = 0;
    const issuer = await serve(({ headers, body }) => {
      const user = Buffer.from(headers.authorization.slice(6), "base64").toString();
      const form = new URLSearchParams(body);
      return user === "id:t0psecret-token" && form.get("grant_type") === "client_credentials"
        ? { body: { access_token: `token-${++tokens}-${form.get("scope")}-${form.get("audience")}`, expires_in: 3600 } }
        : { status: 401, body: { error: "invalid_client" } };
    });
    const server = await serve(({ headers }) =>
      headers.authorization === "Bearer token-2-a b-x" ? {} : { status: 401 },
    );
    const oauth2 = (secret: string) =>
      `{ oauth2: { client_id: id, client_secret: '${secret}', token_url: '${issuer.url}/token', scopes: [a, b], endpoint_params: { audience: x } } }`;
    const test = await send(server.url, oauth2("${env:TOKEN}"));
    // 401 of the webhook is refused for good, and the next one gets a new token.
    expect(server.seen[0].headers.authorization).toBe("Bearer token-1-a b-x");
    await test.deliver({ name: "B" }, { name: "C" });
    await test.drain();
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1-a b-x",
      "Bearer token-2-a b-x",
      "Bearer token-2-a b-x",
    ]);
    expect(tokens).toBe(2);
    const wrong = await send(server.url, oauth2("wrong-secret"));
    expect(errorOf(wrong)).toBe(`cannot get an OAuth 2.0 token of 127.0.0.1:${issuer.port}: HTTP 401, invalid_client`);
  });
});

describe("TLS", () => {
  const tls = { key: file("server.key"), cert: file("server.crt") };

  it("trusts the CA that is named, no other, or anything when told to", async () => {
    const server = await serve(undefined, tls);
    await send(server.url, `{ tls_config: { ca_file: '${TLS}/ca.crt' } }`);
    await send(server.url, "{ tls_config: { insecure_skip_verify: true } }");
    expect(server.seen).toHaveLength(2);
    const test = await send(server.url, "{}");
    expect(errorOf(test)).toMatch(/unable to (?:verify|get)|self-signed/);
    expect(test.sending.status()[0].waiting).toBe(1);
  });

  it("shows its own certificate, and asks for a name", async () => {
    const server = await serve(undefined, { ...tls, ca: file("ca.crt"), requestCert: true });
    const ca = `ca_file: '${TLS}/ca.crt'`;
    const refused = await send(server.url, `{ tls_config: { ${ca} } }`);
    expect(refused.sending.status()[0]).toMatchObject({ failed: 1, waiting: 1 });
    await send(server.url, `{ tls_config: { ${ca}, cert_file: '${TLS}/client.crt', key_file: '${TLS}/client.key' } }`);
    expect(server.seen).toHaveLength(1);
    const other = await send(server.url, `{ tls_config: { ${ca}, server_name: other.example.com } }`);
    expect(errorOf(other)).toContain("other.example.com");
  });
});

describe("redirects", () => {
  it("on the same host are followed with method, body and credentials", async () => {
    const server = await serve(({ path }) => (path === "/new" ? {} : { status: 301, headers: { location: "/new" } }));
    await send(`${server.url}/old`, "{ authorization: { credentials: abc } }");
    expect(server.seen.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ["POST", "/old", "Bearer abc"],
      ["POST", "/new", "Bearer abc"],
    ]);
    expect(server.seen[1].json.version).toBe("4");
  });

  it("to another host are not followed: secrets stay where they are configured for", async () => {
    const other = await serve();
    const server = await serve(() => ({ status: 307, headers: { location: `${other.url}/steal` } }));
    const test = await send(server.url, "{ authorization: { credentials: abc } }");
    expect(other.seen).toEqual([]);
    expect(errorOf(test)).toContain(
      `it redirects to 127.0.0.1:${other.port}, and only redirects on the same host are followed`,
    );
  });

  it("are bounded, and may be switched off", async () => {
    const server = await serve(() => ({ status: 308, headers: { location: "/again" } }));
    expect(errorOf(await send(server.url, "{}"))).toContain("it redirects more than 5 times");
    expect(server.seen).toHaveLength(6);
    expect(errorOf(await send(server.url, "{ follow_redirects: false }"))).toContain("HTTP 308");
    expect(server.seen).toHaveLength(7);
  });
});

/** Counts what goes through; forwards plain requests and tunnels. */
async function startProxy(): Promise<{ url: string; seen: string[]; credentials: (string | undefined)[] }> {
  const seen: string[] = [];
  const credentials: (string | undefined)[] = [];
  const proxy: Server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    credentials.push(incoming.headers["proxy-authorization"]);
    const headers = { ...incoming.headers };
    delete headers["proxy-authorization"];
    const outgoing = httpRequest(incoming.url ?? "", { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  });
  proxy.on("connect", (incoming, socket, head) => {
    seen.push(`CONNECT ${incoming.url}`);
    credentials.push(incoming.headers["x-proxy-key"] as string | undefined);
    const [host, port] = (incoming.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    socket.on("error", () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    proxy.closeAllConnections();
    return new Promise((resolve) => proxy.close(resolve));
  });
  return { url: `http://u:p@127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen, credentials };
}

describe("a proxy", () => {
  it("is asked for plain requests, and tunnels TLS, each with what it wants to know", async () => {
    const proxy = await startProxy();
    const plain = await serve();
    const secure = await serve(undefined, { key: file("server.key"), cert: file("server.crt") });
    await send(`${plain.url}/a`, `{ proxy_url: '${proxy.url}' }`);
    await send(
      secure.url,
      `{ proxy_url: '${proxy.url}', proxy_connect_header: { X-Proxy-Key: [k] }, tls_config: { ca_file: '${TLS}/ca.crt' } }`,
    );
    expect(plain.seen).toHaveLength(1);
    expect(plain.seen[0].headers).not.toHaveProperty("proxy-authorization");
    expect(secure.seen).toHaveLength(1);
    expect(proxy.seen).toEqual([`POST ${plain.url}/a`, `CONNECT 127.0.0.1:${secure.port}`]);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from("u:p").toString("base64")}`, "k"]);
  });

  it("is left out for hosts that need none", async () => {
    const proxy = await startProxy();
    const server = await serve();
    await send(server.url, `{ proxy_url: '${proxy.url}', no_proxy: '10.0.0.0/8,127.0.0.0/8' }`);
    expect(server.seen).toHaveLength(1);
    expect(proxy.seen).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ["http://a.example.com", "example.com", false],
    ["http://example.com", ".example.com", true],
    ["http://a.example.com", "*.example.com", false],
    ["http://badexample.com", "example.com", true],
    ["http://example.com:8080", "example.com:80", true],
    ["http://example.com", "example.com:80", false],
    ["http://10.1.2.3", "10.0.0.0/8", false],
    ["http://11.1.2.3", "10.0.0.0/8", true],
    ["http://[fd00::1]", "fd00::/8", false],
    ["http://10.1.2.3", "10.0.0.0/99", true],
    ["http://example.com", "*", false],
    ["http://example.com", "", true],
  ])("%s with no_proxy %j: %s", (url, noProxy, isUsed) => {
    const chosen = chooseProxy(new URL(url), { proxyUrl: "http://p", noProxy, fromEnvironment: false }, {});
    expect(chosen).toBe(isUsed ? "http://p" : undefined);
  });

  it("is that of the environment when told so", () => {
    const environment = { HTTPS_PROXY: "http://s", http_proxy: "http://h", NO_PROXY: "skip.example.com" };
    const of = (url: string) =>
      chooseProxy(new URL(url), { proxyUrl: undefined, noProxy: "", fromEnvironment: true }, environment);
    expect(of("https://a.example.com")).toBe("http://s");
    expect(of("http://a.example.com")).toBe("http://h");
    expect(of("http://skip.example.com")).toBeUndefined();
    expect(of("http://localhost:1")).toBeUndefined();
  });
});
