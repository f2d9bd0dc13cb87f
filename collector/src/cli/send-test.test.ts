import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startCollector, testConfig } from "../../test/kit/collector-process.ts";
import { freePort } from "../../test/kit/free-port.ts";
import { runCommand } from "../../test/kit/run-command.ts";
import { tempDirectory } from "../../test/kit/stores.ts";
import { factories } from "../components.ts";

const temp = tempDirectory();
afterAll(() => temp.remove());

const sendTest = (config: string, argv: string[] = [], variables: Record<string, string> = {}) =>
  runCommand(["send-test", ...argv], { factories, config, variables });

/** On ports that are known before. */
async function onPorts(config: string): Promise<string> {
  const [grpc, http, web, health] = [await freePort(), await freePort(), await freePort(), await freePort()];
  return config
    .replace('grpc: { endpoint: "localhost:0"', `grpc: { endpoint: "localhost:${grpc}"`)
    .replace('http: { endpoint: "localhost:0"', `http: { endpoint: "localhost:${http}"`)
    .replace('web: { endpoint: "localhost:0"', `web: { endpoint: "localhost:${web}"`)
    .replace('health_check: { endpoint: "localhost:0"', `health_check: { endpoint: "localhost:${health}"`);
}

type Running = Awaited<ReturnType<typeof startCollector>>;

describe("a collector of the same configuration", () => {
  let config: string;
  let collector: Running;
  beforeAll(async () => {
    config = (await onPorts(testConfig(join(temp.path, "first"))))
      .replace("extensions:\n", "extensions:\n  bearertokenauth: { token: s3cret }\n")
      .replace("extensions: [", "extensions: [bearertokenauth, ")
      .replace(
        /(http: \{ endpoint: "[^"]*")/,
        "$1, traces_url_path: /in/v1/traces, auth: { authenticator: bearertokenauth }",
      );
    collector = await startCollector({ config });
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  it("is sent to and read back without a word about it: addresses, paths and token are known", async () => {
    const { code, stdout, stderr } = await sendTest(config);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toMatch(/^sent 9 spans, 5 log lines, 4 data points to http:\/\/localhost:\d+$/);
    expect(lines[2]).toMatch(new RegExp(`^http://localhost:${collector.ports.web}/trace/[0-9a-f]{32}$`));
    const trace = await fetch(lines[2].replace("/trace/", "/api/v1/traces/"));
    expect(trace.status).toBe(200);
  });

  it("is asked by what is named, and says who may not in", async () => {
    const named = ["--endpoint", `${collector.otlp}/in/`, "--web", collector.web];
    const header = ["--header", "x-other=1", "--header", "Authorization=Bearer s3cret"];
    expect(await sendTest("", [...named, "--header", "Authorization=Bearer wrong"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/does not let this sender in \(401: .*\); give what it wants with --header\n$/),
    });
    // Only traces have another path here.
    expect(await sendTest("", [...named, ...header])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("sent 9 spans (logs and metrics are in no pipeline)"),
    });
    expect(await sendTest("", ["--endpoint", collector.otlp, "--web", collector.web, ...header])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/takes no traces \(404\)/),
    });
  });

  it("is on another host where --endpoint names one, with the web port of the configuration", async () => {
    const result = await sendTest(config, [
      "--endpoint",
      `${collector.otlp}/in`,
      "--header",
      "authorization=Bearer s3cret",
    ]);
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`\nread back from http://127.0.0.1:${collector.ports.web}\n`),
    });
  });
});

it("knows the token that its own collector's web port has made, where other machines reach that", async () => {
  const config = (await onPorts(testConfig(join(temp.path, "signed")))).replace(
    'web: { endpoint: "localhost:',
    'web: { endpoint: "0.0.0.0:',
  );
  const collector = await startCollector({ config });
  expect((await fetch(`${collector.web}/api/v1/version`)).status).toBe(401);
  expect(await sendTest(config)).toMatchObject({ code: 0, stderr: "" });
  expect(await sendTest("", ["--endpoint", collector.otlp, "--web", collector.web])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/wants to know who asks \(401\)/),
  });
  await collector.end();
  collector.remove();
});

it("says what is never to be found again", async () => {
  const config = (await onPorts(testConfig(join(temp.path, "second"))))
    .replace("exporters:", "processors: { filter: { trace_conditions: ['span.name != \"\"'] } }\nexporters:")
    .replace("traces: { receivers: [otlp],", "traces: { receivers: [otlp], processors: [filter],");
  const collector = await startCollector({ config });
  const { code, stderr } = await sendTest(config, ["--timeout", "500ms"]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /took the test, but its traces cannot be read at http:.* after 0\.5 s \(404: .*\): is that the same/,
    ),
  ]);
  await collector.end();
  collector.remove();
});

describe("others that answer", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const answering = (status: number, body: string) =>
    serve((request, response) => request.resume().on("end", () => response.writeHead(status).end(body)));
  const failing = async (status: number, body: string) =>
    (await sendTest("", ["--endpoint", await answering(status, body), "--web", "http://127.0.0.1:1"])).stderr;

  it("are told of in words", async () => {
    expect(await failing(503, '{"message":"the disk is full"}')).toMatch(/takes nothing now \(503: the disk is full\)/);
    expect(await failing(400, "no such thing")).toMatch(/refused the test \(400: no such thing\)/);
    const partial = '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}';
    expect(await failing(200, partial)).toMatch(/took only a part of the test: too old/);
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await sendTest("", ["--endpoint", nobody, "--web", nobody]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^cannot reach .*: nobody listens there/)]);
  });

  it("get the token that the option, the environment, the configuration or the data directory holds", async () => {
    const otlp = await answering(200, "{}");
    const asked: (string | undefined)[] = [];
    const web = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const named = ["--endpoint", otlp, "--web", web];
    const { code, stderr } = await sendTest("", [...named, "--token", "a"], { GOLDSPAN_TOKEN: "b" });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/wants to know who asks \(401\).*--token.*GOLDSPAN_TOKEN/),
    ]);
    await sendTest("", named, { GOLDSPAN_TOKEN: "b" });
    await sendTest("", named);
    const directory = join(temp.path, "third");
    mkdirSync(directory);
    writeFileSync(join(directory, "web-token"), "of-the-file\n");
    const port = (address: string) => address.slice(address.lastIndexOf(":") + 1);
    const config = testConfig(directory)
      .replace('http: { endpoint: "localhost:0"', `http: { endpoint: "localhost:${port(otlp)}"`)
      .replace('web: { endpoint: "localhost:0"', `web: { endpoint: "localhost:${port(web)}"`);
    await sendTest(config);
    // Nobody else gets it.
    await sendTest(config, named);
    expect(asked).toEqual(["Bearer a", "Bearer b", undefined, "Bearer of-the-file", undefined]);
  });
});

it("says what is wrong with its command line", async () => {
  const check = async (config: string, argv: string[], expected: string) =>
    expect(await sendTest(config, argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(expected) });
  await check("", ["--endpoint", "localhost:4318"], "write an address that begins with http:// or https://");
  await check("", ["--endpoint", "http://a", "--web", "http://a", "--header", "x"], "write --header name=value");
  await check("", ["--timeout", "soon"], "write a duration");
  await check(testConfig("x"), [], "no otlp receiver takes HTTP on a known port");
  await check(testConfig("x"), ["--endpoint", "http://a"], "no web extension listens on a known port");
});
