/** The npm package, made, installed into an empty folder and run as its users do. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tempDirectory } from "../kit/stores.ts";

const ROOT = join(import.meta.dirname, "../../..");
const INSTALL_MILLIS = 240_000;
const MOST_BYTES = 2_000_000;
const FREE_PORTS = [
  "receivers.otlp.protocols.grpc.endpoint",
  "receivers.otlp.protocols.http.endpoint",
  "extensions.web.endpoint",
  "extensions.health_check.endpoint",
].map((key) => `--set=${key}=localhost:0`);

const { version } = JSON.parse(readFileSync(join(ROOT, "collector/package.json"), "utf8")) as { version: string };
const temp = tempDirectory();
const home = join(temp.path, "home");
const installed = join(home, "node_modules/goldspan");
const tarball = join(temp.path, `goldspan-${version}.tgz`);
const env: NodeJS.ProcessEnv = { ...process.env, XDG_DATA_HOME: join(temp.path, "xdg"), HOME: process.env.HOME };
// What `npm test` tells its scripts is not meant for an npm in another folder.
for (const name of Object.keys(env))
  if (/^npm_(?:lifecycle|package|command|config_local_prefix)/.test(name)) delete env[name];
delete env.GOLDSPAN_DATA;
delete env.GOLDSPAN_WEB;
delete env.GOLDSPAN_HOST;

function run(command: string, args: readonly string[], cwd = home) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
    timeout: INSTALL_MILLIS,
    shell: process.platform === "win32",
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  mkdirSync(home);
  expect(run(process.execPath, [join(ROOT, ".ci/package.ts"), temp.path], ROOT)).toMatchObject({ status: 0 });
  const install = run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball]);
  expect(install, install.stderr).toMatchObject({ status: 0 });
}, INSTALL_MILLIS);

afterAll(() => temp.remove());

it("is small and brings what it needs: one package with native code, no sources, no tools", () => {
  expect(statSync(tarball).size).toBeLessThan(MOST_BYTES);
  const packages = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));
  expect(packages).toEqual(["@resvg", "better-sqlite3", "goldspan", "node-addon-api"]);
  const files = readdirSync(installed, { recursive: true }).map(String);
  expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).toEqual([]);
  for (const file of ["LICENSE", "NOTICE", "README.md", "CHANGELOG.md"]) expect(files).toContain(file);
});

it("loads nothing that it doesn't bring or depend on", () => {
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const known = new Set([...builtinModules, ...Object.keys(dependencies)]);
  const loads =
    /^import\b[^;"]*"([^"]+)";$|^export\b[^;"]*\bfrom "([^"]+)";$|\bimport\("([^"]+)"\)|\bcreateRequire\(import\.meta\.url\)\("([^"]+)"\)/gm;
  let count = 0;
  for (const file of readdirSync(join(installed, "dist")).filter((name) => name.endsWith(".js")))
    for (const [, ...names] of readFileSync(join(installed, "dist", file), "utf8").matchAll(loads)) {
      const name = names.find((each) => each !== undefined) ?? "";
      const isOwn = name.startsWith("./") && existsSync(join(installed, "dist", name));
      count++;
      expect(isOwn || name.startsWith("node:") || known.has(name), `${name} in ${file}`).toBe(true);
    }
  expect(count).toBeGreaterThan(100);
});

it("says what it holds of others: each with its licence, in a list with hashes", () => {
  const bom = JSON.parse(readFileSync(join(installed, "sbom.cdx.json"), "utf8")) as {
    bomFormat: string;
    metadata: { component: { purl: string } };
    components: { name: string; version: string; hashes: unknown[]; licenses: unknown[] }[];
  };
  expect(bom).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { purl: `pkg:npm/goldspan@${version}` } },
  });
  const names = bom.components.map(({ name }) => name);
  for (const name of ["better-sqlite3", "hono", "yaml", "lit", "uplot"]) expect(names).toContain(name);
  const licenses = readFileSync(join(installed, "third-party-licenses.txt"), "utf8");
  for (const { name, version: its, hashes, licenses: own } of bom.components) {
    expect([hashes.length, own.length], name).toEqual([1, 1]);
    expect(licenses).toContain(`${name} ${its} (`);
  }
});

it("is started by npx", () => {
  expect(run("npx", ["--no-install", "goldspan", "--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
});

it("runs: takes a trace, gives it back, shows the UI, and tells a newcomer what to do", async () => {
  const targets = join(temp.path, "targets.yaml");
  writeFileSync(targets, "- targets: [nobody.example:1]\n");
  const child = spawn(process.execPath, [join(installed, "dist/goldspan.js"), ...FREE_PORTS], {
    cwd: home,
    env: { ...env, GOLDSPAN_TARGETS: targets },
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  try {
    let ports: Record<string, number> | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      ({ ports } = JSON.parse(line) as { ports: Record<string, number> });
      break;
    }
    const { otlp_http: otlp, web } = ports ?? {};
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const now = BigInt(Date.now()) * 1_000_000n;
    const span = {
      traceId,
      spanId: "b7ad6b7169203331",
      name: "from a package",
      kind: 2,
      startTimeUnixNano: String(now),
      endTimeUnixNano: String(now + 1_000_000n),
    };
    const sent = await fetch(`http://localhost:${otlp}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(sent.status).toBe(200);
    expect(await (await fetch(`http://localhost:${web}/api/v1/traces/${traceId}`)).text()).toContain("from a package");
    const page = await (await fetch(`http://localhost:${web}/`)).text();
    const [, script] = /<script[^>]+src="([^"]+\.js)"/.exec(page) ?? [];
    expect(await fetch(`http://localhost:${web}${script}`)).toMatchObject({ status: 200 });
    // Loads of the build that come late: of boards' schema, and of YAML for targets.
    const board = await fetch(`http://localhost:${web}/api/v1/boards`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect([board.status, await board.text()]).toEqual([400, expect.stringContaining("cannot take the board")]);
    await expect
      .poll(async () => (await fetch(`http://localhost:${web}/prometheus/api/v1/targets`)).text(), { timeout: 10_000 })
      .toContain("nobody.example:1");
    await expect.poll(() => stderr).toContain("Ctrl-C stops.");
    for (const part of [`Goldspan is at http://localhost:${web}`, `OTLP_ENDPOINT=http://localhost:${otlp}`, "Python"])
      expect(stderr).toContain(part);
    if (process.platform === "linux") expect(existsSync(join(temp.path, "xdg/goldspan/lock"))).toBe(true);
    expect(readdirSync(home).filter((name) => name === "data")).toEqual([]);
  } finally {
    child.kill("SIGTERM");
  }
  expect(await exited).toBe(0);
}, 60_000);

it("tells an older Node what it needs", () => {
  const older = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})';
  expect(run(process.execPath, ["--import", older, join(installed, "dist/goldspan.js")])).toEqual({
    status: 1,
    stdout: "",
    stderr: "cannot run on Node 20.1.0: Goldspan needs Node 24 or newer; install it, or use the container image\n",
  });
});

it("has types for what it exports, and the code", () => {
  writeFileSync(
    join(home, "consumer.ts"),
    `import type { WireInfo } from "goldspan/contract";
import { factories } from "goldspan/components";
export const kinds: string[] = factories.map((factory) => factory.kind);
export const versionOf = (info: WireInfo): string => info.version;
// @ts-expect-error: there is no such field
export const wrong = (info: WireInfo): string => info.nothing;
`,
  );
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node"];
  const roots = ["--typeRoots", join(ROOT, "node_modules/@types")];
  const check = run(join(ROOT, "node_modules/.bin/tsc"), [...options, ...roots, "--target", "es2024", "consumer.ts"]);
  expect(check, check.stdout).toMatchObject({ status: 0 });
  const program = 'import { factories } from "goldspan/components"; console.log(factories.length > 20)';
  writeFileSync(join(home, "consumer.mjs"), program);
  expect(run(process.execPath, ["consumer.mjs"])).toMatchObject({ status: 0, stdout: "true\n" });
}, 60_000);
