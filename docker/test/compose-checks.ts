/** docker/compose.yaml as it stands, but for the names of the images and a token: the demo shop sends, and is scraped by Goldspan. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Subject } from "./subject.ts";

const FILE = join(import.meta.dirname, "../compose.yaml");
/** It publishes these. */
const PORTS = [8317, 4317, 4318];
const WEB = "http://127.0.0.1:8317";
/** As a user would set it, in the environment. */
const TOKEN = "the-token-of-the-test";
const UP_MILLIS = 120_000;
const SEEN_MILLIS = 90_000;
const SERVICES = ["gateway", "inventory", "orders", "payments"];

export async function checkCompose({ engine, image, demoImage, report }: Subject): Promise<void> {
  const busy = (await Promise.all(PORTS.map(async (port) => ((await isFree(port)) ? [] : [port])))).flat();
  if (busy.length > 0) {
    report.skip("compose.yaml", `something listens on port ${busy.join(" and ")}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "goldspan-compose-"));
  const names = join(folder, "images.yaml");
  const goldspan = `{ image: ${image}, environment: { GOLDSPAN_TOKEN: ${TOKEN} } }`;
  writeFileSync(names, `services: { goldspan: ${goldspan}, demo: { image: ${demoImage} } }\n`);
  const project = ["-p", image, "-f", FILE, "-f", names];
  try {
    const { code, stdout, stderr } = await engine.compose([...project, "up", "-d", "--no-build"], {
      timeoutMillis: UP_MILLIS,
    });
    if (code === null && stderr.includes("cannot be installed")) {
      report.skip("compose.yaml", stderr);
      return;
    }
    report.check(
      "compose.yaml: up",
      code === 0,
      `exit code ${String(code)}${code === 0 ? "" : `: ${stderr || stdout}`}`,
    );
    const refused = await fetch(`${WEB}/api/v1/info`)
      .then(({ status }) => status)
      .catch(String);
    report.check("compose.yaml: the web port without the token", refused === 401, refused, "401");
    const services = await until(async () => {
      const { services: seen } = (await askJson("/api/v1/services?buckets=1")) as { services: { name: string }[] };
      return seen
        .map(({ name }) => name)
        .filter((name) => SERVICES.includes(name))
        .sort();
    });
    report.check("compose.yaml: services that send spans", services.length === SERVICES.length, services.join(", "));
    const scraped = await until(async () => {
      const query = encodeURIComponent('up{job=~"shop/.*"} == 1');
      const { data } = (await askJson(`/prometheus/api/v1/query?query=${query}`)) as {
        data: { result: { metric: { job: string } }[] };
      };
      return data.result.map(({ metric }) => metric.job).sort();
    });
    report.check("compose.yaml: services that are scraped", scraped.length === SERVICES.length, scraped.join(", "));
  } finally {
    await engine.compose([...project, "down", "--volumes"], { timeoutMillis: UP_MILLIS });
    // Older podman-compose leaves it.
    await engine.run(["network", "rm", `${image}_default`]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last answer, at the latest when the time is over. */
async function until(ask: () => Promise<string[]>): Promise<string[]> {
  const end = Date.now() + SEEN_MILLIS;
  for (;;) {
    const found = await ask().catch(() => []);
    if (found.length === SERVICES.length || Date.now() > end) return found;
    await sleep(500);
  }
}

async function askJson(path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return (await fetch(WEB + path, { headers, signal: AbortSignal.timeout(5000) })).json();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
