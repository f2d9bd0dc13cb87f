/**
 * `npm run test:image`: builds the image as users do, with docker, or with podman and a stand-in base where no registry of images can be
 * reached; runs it hardened, and checks what the documentation promises. A table on stdout; its last line says `N passed, N failed`. Where
 * no engine can be had it says that it is skipped, and why. Takes about five minutes.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { baseOf, prepareBase } from "./base-image.ts";
import { findEngine, findPodman, type Engine } from "./engine.ts";
import { checkCompose } from "./compose-checks.ts";
import { checkImage } from "./image-checks.ts";
import { checkKubernetes } from "./kubernetes-checks.ts";
import { Report } from "./report.ts";
import { checkRunning } from "./running-checks.ts";
import { checkSettings } from "./settings-checks.ts";

const ROOT = join(import.meta.dirname, "../..");
const DOCKERFILE = join(ROOT, "docker/Dockerfile");
const BUILD_MILLIS = 15 * 60_000;
const IMAGE = `goldspan-test-${process.pid}`;
const DEMO_IMAGE = `${IMAGE}-demo`;

const report = new Report();
let engine: Engine | undefined;
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    void clean().finally(() => process.exit(1));
  });
try {
  await test();
} finally {
  await clean();
}
report.print();
process.exitCode = report.failed === 0 ? 0 : 1;

async function test(): Promise<void> {
  const base = baseOf(DOCKERFILE);
  const found = await findEngineWith(base);
  if (typeof found === "string") {
    report.skip("the image", found);
    return;
  }
  engine = found.engine;
  const { version } = JSON.parse(readFileSync(join(ROOT, "collector/package.json"), "utf8")) as { version: string };
  const engineVersion = await engine.must(["version", "--format", "{{.Client.Version}}"]);
  report.check("engine", true, `${engine.name} ${engineVersion}`);
  report.check("base image", true, found.isStandIn ? `a stand-in for ${base}, which cannot be pulled here` : base);
  await report.group("the image is built", async () => {
    const before = Date.now();
    await build(found.engine, "goldspan", IMAGE);
    report.check("the image is built", true, `${((Date.now() - before) / 1000).toFixed(0)} s`);
    const subject = { engine: found.engine, image: IMAGE, demoImage: DEMO_IMAGE, base, version, report };
    await checkImage(subject);
    await checkSettings(subject);
    await checkRunning(subject);
    await report.group("deployments", async () => {
      await build(found.engine, "demo", DEMO_IMAGE);
      await checkCompose(subject);
      await checkKubernetes(subject);
    });
  });
}

/** Docker where it can pull the base, else podman, which may get a stand-in. */
async function findEngineWith(base: string): Promise<{ engine: Engine; isStandIn: boolean } | string> {
  const first = await findEngine();
  if (typeof first === "string") return first;
  const prepared = await prepareBase(first, base);
  if (typeof prepared !== "string") return { engine: first, isStandIn: prepared.isStandIn };
  const second = first.name === "docker" ? await findPodman() : prepared;
  if (typeof second === "string") return `${prepared}; ${second}`;
  const again = await prepareBase(second, base);
  return typeof again === "string" ? again : { engine: second, isStandIn: again.isStandIn };
}

async function build(on: Engine, target: string, tag: string): Promise<void> {
  const revision = spawnSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).stdout?.trim();
  const npmrc = join(homedir(), ".npmrc");
  await on.must(
    [
      "build",
      "--network=host",
      ...(on.name === "podman" ? ["--format=docker", "--pull=never"] : []),
      ...(existsSync(npmrc) ? [`--secret=id=npmrc,src=${npmrc}`] : []),
      `--build-arg=REVISION=${revision || "unknown"}`,
      `--build-arg=CREATED=${new Date().toISOString()}`,
      `--target=${target}`,
      `--file=${DOCKERFILE}`,
      `--tag=${tag}`,
      ROOT,
    ],
    { timeoutMillis: BUILD_MILLIS, loud: true },
  );
}

async function clean(): Promise<void> {
  await engine?.removeAll();
  for (const image of [IMAGE, DEMO_IMAGE]) await engine?.run(["rmi", "--force", image]);
  // Stages that no build of the last day used; in a storage of ours alone.
  if (engine?.name === "podman") await engine.run(["image", "prune", "--force", "--filter", "until=24h"]);
}
