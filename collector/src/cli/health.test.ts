import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { startCollector, testConfig, type CollectorProcess } from "../../test/kit/collector-process.ts";
import { freePort } from "../../test/kit/free-port.ts";
import { runCommand } from "../../test/kit/run-command.ts";
import { tempDirectory } from "../../test/kit/stores.ts";
import { factories } from "../components.ts";
import { loadConfig } from "../config/load-config.ts";
import { healthUrl } from "./health.ts";

const temp = tempDirectory();
afterAll(() => temp.remove());

const health = (...argv: string[]) => runCommand(["health", ...argv], { factories, config: testConfig(temp.path) });

describe("a running collector", () => {
  let collector: CollectorProcess & { remove(): void };
  beforeAll(async () => {
    const web = await freePort();
    collector = await startCollector({
      directory: temp.path,
      args: [`--set=extensions.web.endpoint=localhost:${web}`],
    });
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  it("is found by the address that is named", async () => {
    expect(await health(`${collector.web}/readyz`)).toEqual({ code: 0, stdout: "200 ready\n", stderr: "" });
    expect(await health(`${collector.web}/nowhere.js`)).toMatchObject({ code: 1, stdout: /^404/ });
  });

  it.runIf(process.platform === "linux")("is found by its process, whatever its command line sets", async () => {
    expect(await health("--pid", String(collector.process.pid))).toEqual({
      code: 0,
      stdout: "200 ready\n",
      stderr: "",
    });
  });
});

describe("nobody who is well", () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(503).end("starting\n".repeat(1000)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());

  it("is 1, with what was answered", async () => {
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await health(`http://127.0.0.1:${port}/readyz`);
    expect([code, stdout.slice(0, 14), stdout.length < 1100]).toEqual([1, "503 starting\ns", true]);
  });

  it("is 1, with why nobody answered", async () => {
    const { code, stderr } = await health(`http://127.0.0.1:${await freePort()}/readyz`);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^cannot ask http:.*: connect ECONNREFUSED/)]);
  });
});

it("says what is wrong with its command line", async () => {
  const check = async (argv: string[], expected: string) =>
    expect(await health(...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(expected) });
  await check([], "neither the web nor the health_check extension runs on a known port");
  await check(["localhost"], "cannot ask localhost: write an address that begins with http:// or https://");
  await check(["--pid", "x"], "cannot use --pid x: write the number of a process");
  await check(["--pid", "1", "http://localhost"], "cannot use --pid with a URL");
  if (process.platform !== "linux") return;
  await check(["--pid", String(process.pid)], "cannot find goldspan in the command line of process");
  await check(["--pid", "4194999"], "cannot read how process 4194999 was started");
});

test("where to ask follows from the configuration", () => {
  const check = (extensions: string, expected: string) => {
    const text = `
receivers: { nop: }
exporters: { nop: }
extensions: { ${extensions} }
service: { extensions: [health_check, web], pipelines: { traces: { receivers: [nop], exporters: [nop] } } }`;
    const config = loadConfig({ configs: [`yaml:${text}`] }, factories, {
      variables: {},
      readFile: () => {
        throw new Error("none");
      },
    });
    expect(healthUrl(config), extensions).toBe(expected);
  };
  const mutual = "tls: { cert_file: a, key_file: b, client_ca_file: c }";
  check("web: , health_check: ", "http://localhost:8317/readyz");
  check('web: { endpoint: "0.0.0.0:80" }, health_check: ', "http://127.0.0.1:80/readyz");
  check('web: { endpoint: ":80" }, health_check: ', "http://localhost:80/readyz");
  check('web: { endpoint: "[::]:80" }, health_check: ', "http://[::1]:80/readyz");
  check('web: { endpoint: "[fe80::1]:80" }, health_check: ', "http://[fe80::1]:80/readyz");
  check("web: { tls: { cert_file: a, key_file: b } }, health_check: ", "https://localhost:8317/readyz");
  check(`web: { ${mutual} }, health_check: { path: /h }`, "http://localhost:13133/h");
  check('web: { endpoint: "localhost:0" }, health_check: ', "http://localhost:13133/");
});
