/**
 * A collector of its own for the browser tests: real, empty, with the shipped configuration on free ports and a temporary directory.
 * It only hurries: what its connectors have counted, and calls whose other half is missing, show after a second.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "..");

const HURRIED = `
connectors:
  exceptions: { metrics_flush_interval: 1s }
  span_metrics: { metrics_flush_interval: 1s }
  service_graph: { metrics_flush_interval: 1s, store: { ttl: 1s } }
service: { telemetry: { logs: { level: error } } }
`;

export interface TestCollector {
  /** Where the browser tests find it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startTestCollector(): Promise<TestCollector> {
  const directory = mkdtempSync(join(tmpdir(), "goldspan-browser-"));
  const config = join(directory, "otel-config.yaml");
  const shipped = readFileSync(join(ROOT, "otel-config.yaml"), "utf8");
  writeFileSync(config, shipped.replaceAll(/localhost:\d+/g, "localhost:0"));
  const child = spawn(process.execPath, ["collector/src/main.ts", "--config", config, "--config", `yaml:${HURRIED}`], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, GOLDSPAN_DATA: join(directory, "data") },
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const { ports } = JSON.parse(line) as { ports: { otlp_http: number; web: number } };
    return {
      env: {
        GOLDSPAN_UI_URL: `http://127.0.0.1:${ports.web}`,
        GOLDSPAN_OTLP_URL: `http://127.0.0.1:${ports.otlp_http}`,
      },
      async stop() {
        child.kill("SIGTERM");
        await exited;
        rmSync(directory, { recursive: true, force: true });
      },
    };
  }
  throw new Error("the collector for the browser tests ended before it was ready");
}
