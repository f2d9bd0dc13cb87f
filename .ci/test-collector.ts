/** A collector of its own for the browser tests: real, empty, on free ports and a temporary directory. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "..");

const CONFIG = `
receivers: { otlp: { protocols: { http: { endpoint: "localhost:0" } } } }
connectors:
  span_metrics: { histogram: { unit: s }, metrics_flush_interval: 1s }
  service_graph: { metrics_flush_interval: 1s, store: { ttl: 1s } }
exporters: { goldspan: }
extensions: { storage: { directory: "\${env:TEST_DATA}", retention: 0 }, web: { endpoint: "localhost:0" } }
service:
  extensions: [storage, web]
  telemetry: { logs: { level: warn } }
  pipelines:
    traces: { receivers: [otlp], exporters: [goldspan, span_metrics, service_graph] }
    metrics: { receivers: [otlp, span_metrics, service_graph], exporters: [goldspan] }
    logs: { receivers: [otlp], exporters: [goldspan] }
`;

export interface TestCollector {
  /** Where the browser tests find it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startTestCollector(): Promise<TestCollector> {
  const directory = mkdtempSync(join(tmpdir(), "goldspan-browser-"));
  const child = spawn(process.execPath, ["collector/src/main.ts", "--config", `yaml:${CONFIG}`], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TEST_DATA: directory },
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
