/** Whole configurations: *.good.yaml must load; *.bad.yaml must be refused with the issues in their first comment lines. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simpleFactories } from "../../test/kit/factories.ts";
import { alertingExtension } from "../extensions/alerting/factory.ts";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

const folder = new URL("testdata/", import.meta.url).pathname;
const MINIMAL = `${folder}minimal.good.yaml`;

function load(
  configs: readonly string[],
  sets: readonly string[] = [],
  files: Record<string, string> = {},
  variables = {},
) {
  const readFile = (path: string) => files[path] ?? readFileSync(path, "utf8");
  return loadConfig({ configs, sets }, simpleFactories, { variables, readFile });
}

function issuesOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

test("an extension that has its place for itself has no second one beside it", () => {
  const sets = [
    "extensions.alerting=",
    "extensions.alerting/second=",
    "service.extensions=[alerting, alerting/second]",
  ];
  const source = { configs: [MINIMAL], sets };
  const readFile = (path: string) => readFileSync(path, "utf8");
  const issues = issuesOf(() =>
    loadConfig(source, [...simpleFactories, alertingExtension], { variables: {}, readFile }),
  );
  expect(issues).toHaveLength(1);
  expect(issues[0]).toMatch(
    /service\.extensions: extension "alerting\/second" cannot run beside "alerting": both would keep .*; list one of them/,
  );
});

const names = readdirSync(folder);
test.each(names.filter((name) => name.endsWith(".good.yaml")))("%s loads", (name) => {
  const config = load([folder + name]);
  // It is sent to another thread.
  expect(structuredClone(config)).toEqual(config);
});

test.each(names.filter((name) => name.endsWith(".bad.yaml")))("%s is refused", (name) => {
  const text = readFileSync(folder + name, "utf8");
  const expected = /^(?:# .*\n)+/
    .exec(text)?.[0]
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(2));
  const issues = issuesOf(() => load([folder + name]));
  expect(issues.map((issue) => issue.replace(`${folder}${name}:`, ""))).toEqual(expected);
});

/** @param expected part of the result */
function check(configs: readonly string[], sets: readonly string[], expected: object): void {
  expect(load([MINIMAL, ...configs], sets)).toMatchObject(expected);
}

test("later sources are laid over earlier ones: maps joined, lists and nothing replaced", () => {
  check(["yaml:processors: { batch: { timeout: 1s } }", "yaml:processors::batch::send_batch_size: 5"], [], {
    processors: { batch: { timeout: 1000, send_batch_size: 5 } },
    receivers: { nop: {} },
  });
  check(["yaml:receivers: { nop/2: }", "yaml:service: { pipelines: { traces: { receivers: [nop/2] } } }"], [], {
    service: { pipelines: { traces: { receivers: ["nop/2"], exporters: ["nop"] } } },
  });
  check(["yaml:exporters: { debug: { verbosity: normal } }", "yaml:exporters::debug:"], [], {
    exporters: { debug: { verbosity: "basic" } },
  });
});

test("--set lays single values over all sources", () => {
  check(["yaml:processors: { batch: { timeout: 1s } }"], ["processors.batch.timeout=2s"], {
    processors: { batch: { timeout: 2000 } },
  });
  check([], ["processors.batch/x.send_batch_size= 7"], { processors: { "batch/x": { send_batch_size: 7 } } });
  check([], ["service.extensions=[nop]", "extensions.nop="], { service: { extensions: ["nop"] } });
  check([], ["exporters::debug::verbosity=detailed"], { exporters: { debug: { verbosity: "detailed" } } });
});

test("a configuration may come from a variable", () => {
  const variables = { GOLDSPAN: readFileSync(MINIMAL, "utf8") };
  expect(load(["env:GOLDSPAN"], [], {}, variables).service.pipelines).toHaveProperty("traces");
});

test("names the source and the place of what is wrong with it", () => {
  expect(issuesOf(() => load([MINIMAL], ["processors.batch.timeout=soon"]))).toEqual([
    '--set processors.batch.timeout:1: processors.batch.timeout: expected a duration, got "soon"; write a number and a unit, as in 200ms, 30s, 5m, 1h30m or 7d',
  ]);
  expect(issuesOf(() => load(["nowhere.yaml", "env:NOTHING", "yaml:"], ["broken"]))).toEqual([
    'cannot read the file "nowhere.yaml": there is no such file',
    "the environment variable NOTHING is not set; it counts as empty, and env:NOTHING was to be the configuration",
    "yaml is empty; it takes receivers, exporters and service",
    "--set broken has no key and value; write --set a.b=value",
  ]);
  expect(issuesOf(() => load(["yaml:just a text"]))).toEqual([
    "yaml holds no map; write sections as receivers:, exporters:, service:",
  ]);
});

test("warns of unset variables and keys without effect", () => {
  const config: ResolvedConfig = load([
    "yaml:exporters: { debug: { sending_queue: { queue_size: '${env:SIZE}' } } }",
    MINIMAL,
  ]);
  expect(config.warnings.slice(0, 2)).toEqual([
    "yaml:1: exporters.debug.sending_queue.queue_size: the environment variable SIZE is not set; it counts as empty",
    "yaml:1: exporters.debug.sending_queue: has no effect: batches are written at once",
  ]);
});

test("unused components are checked, kept and told of", () => {
  check(["yaml:processors: { batch/unused: { timeout: 1s } }"], [], {
    processors: { "batch/unused": { timeout: 1000 } },
  });
  expect(issuesOf(() => load([MINIMAL, "yaml:processors: { batch/unused: { timeout: x } }"]))).toHaveLength(1);
  expect(load([MINIMAL]).warnings).toEqual([]);
  const unused = "yaml:receivers: { nop/second: }\nprocessors: { batch/unused: }\nextensions: { health_check: }";
  expect(load([MINIMAL, unused]).warnings).toEqual([
    "yaml:1: receivers.nop/second: is in no pipeline and does not run; name it in a pipeline of service.pipelines",
    "yaml:2: processors.batch/unused: is in no pipeline and does not run; name it in a pipeline of service.pipelines",
    "yaml:3: extensions.health_check: is not listed and does not run; add it to service.extensions",
  ]);
});

test("does not follow aliases without end", () => {
  const laughs = ["a: &a [x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    const [from, to] = [level - 1, level].map((n) => String.fromCharCode(97 + n));
    laughs.push(`${to}: &${to} [${Array.from({ length: 8 }, () => `*${from}`).join(", ")}]`);
  }
  expect(issuesOf(() => load([`yaml:${laughs.join("\n")}`])).join()).toContain("is too large");
});
