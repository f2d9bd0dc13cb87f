import { expect, test } from "vitest";
import { simpleFactories } from "../../test/kit/factories.ts";
import { ConfigError } from "../config/config-error.ts";
import { loadConfig } from "../config/load-config.ts";
import { runCommandLine } from "./command-line.ts";

const GOOD = `
receivers: { nop: }
processors:
  batch: { timeout: 1500ms }
  memory_limiter: { limit_mib: 512, max_gc_interval_when_soft_limited: 1s }
  attributes: { actions: [{ key: a, value: "\${env:VALUE} $\${x} $$$$", action: insert }, { key: n, value: 9007199254740993, action: upsert }] }
  filter: { trace_conditions: ['span.name == "x"', { context: span, conditions: [] }] }
exporters: { nop: }
extensions: { bearertokenauth: { tokens: [hunter2, hunter3], token: "" } }
service: { extensions: [bearertokenauth], pipelines: { traces: { receivers: [nop], processors: [batch], exporters: [nop] } } }`;

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

async function command(line: string[], files: Record<string, string> = { "otel-config.yaml": GOOD }): Promise<Result> {
  const result: Result = { code: -1, stdout: "", stderr: "" };
  const surroundings = {
    variables: { VALUE: "v" },
    readFile(path: string) {
      if (path in files) return files[path];
      throw Object.assign(new Error("missing"), { code: "ENOENT" });
    },
  };
  result.code = await runCommandLine({
    argv: line,
    factories: simpleFactories,
    surroundings,
    streams: {
      stdout: { write: (text) => (result.stdout += text) },
      stderr: { write: (text) => (result.stderr += text) },
    },
    version: "1.2.3",
    run: async (sources) => {
      loadConfig(sources, simpleFactories, surroundings);
      return 7;
    },
  });
  return result;
}

test("run hands on its exit code, and a wrong configuration is one readable list", async () => {
  expect(await command([])).toEqual({ code: 7, stdout: "", stderr: "" });
  expect(await command(["--config", "none.yaml", "--set", "receivers.nop=[]"])).toEqual({
    code: 1,
    stdout: "",
    stderr: 'cannot load the configuration:\n  cannot read the file "none.yaml": there is no such file\n',
  });
});

test("validate says that all is well, or all that is not", async () => {
  expect(await command(["validate"])).toMatchObject({
    code: 0,
    stdout: "the configuration is valid; pipelines: traces\n",
  });
  const bad = await command(["validate", "--set", "processors.batch.timeout=soon", "--set", "exporters.debugg="]);
  expect(bad).toMatchObject({ code: 1, stdout: "" });
  expect(bad.stderr.split("\n")).toHaveLength(4);
  expect((await command(["validate"])).stderr).toContain(
    "warning: otel-config.yaml:5: processors.memory_limiter.max_gc_interval_when_soft_limited: has no effect: forced garbage collections keep their distance\n",
  );
});

test("print-config prints what takes effect, with defaults and without secrets", async () => {
  const { code, stdout } = await command(["print-config"]);
  expect(code).toBe(0);
  expect(stdout).not.toContain("hunter");
  for (const line of [
    "    timeout: 1.5s",
    "    send_batch_size: 8192",
    "    check_interval: 1s",
    "        value: v $${x} $$$$",
    "        value: 9007199254740993",
    '      - "[REDACTED]"',
    '      - span.name == "x"',
    "      - context: span",
    "    scheme: Bearer",
    "      level: info",
  ]) {
    expect(stdout.split("\n")).toContain(line);
  }
});

test("what print-config prints loads again to the same, secrets aside", async () => {
  const { stdout } = await command(["print-config"]);
  const again = await command(["print-config", "--config", "printed.yaml"], { "printed.yaml": stdout });
  expect(again.stdout).toBe(stdout);
});

test("components lists what this build is made of", async () => {
  const { code, stdout } = await command(["components"]);
  expect(code).toBe(0);
  expect(stdout).toContain("receivers:\n  nop ");
  expect(stdout).toMatch(
    / {2}batch +joins small batches into larger ones, and splits too large ones \(traces, logs, metrics\)\n/,
  );
  expect(stdout).toMatch(/ {2}forward +.*\(traces to traces, logs to logs, metrics to metrics\)/);
});

test("help and version go to stdout", async () => {
  expect(await command(["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  const { stdout } = await command(["--help"]);
  for (const part of ["Goldspan 1.2.3", "validate ", "--config", "receivers:", "${env:VARIABLE:-default}", "$$ is a $"])
    expect(stdout).toContain(part);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
});

test("a wrong command line is 2, anything else is thrown on", async () => {
  expect(await command(["--confg"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "cannot understand the option --confg; did you mean --config?\nTry goldspan --help.\n",
  });
  const broken = runCommandLine({
    argv: [],
    factories: [],
    surroundings: { variables: {}, readFile: () => "" },
    streams: { stdout: { write: () => true }, stderr: { write: () => true } },
    version: "",
    run: async () => {
      throw new TypeError("a mistake");
    },
  });
  await expect(broken).rejects.toThrow(TypeError);
  expect(new ConfigError([]).name).toBe("ConfigError");
});
