/**
 * A collector for the browser tests of a file: real, with the shipped configuration on free ports and a temporary directory, and the
 * generated shop in it. It only hurries: what its connectors count, and calls whose other half is missing, show in less than a second.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { seedCollector, sendMetrics } from "./seed-collector.ts";

const ROOT = join(import.meta.dirname, "../../..");

const METRICS_MILLIS = 5000;

const FREE = { endpoint: "localhost:0" };
const HURRIED = { metrics_flush_interval: "250ms" };

/** What is different from the shipped configuration. */
const CHANGES = {
  receivers: { otlp: { protocols: { grpc: FREE, http: FREE } } },
  connectors: {
    exceptions: HURRIED,
    span_metrics: HURRIED,
    service_graph: { ...HURRIED, store: { ttl: "500ms" } },
  },
  // What fires over the seeded shop, and pins its traces, would differ from run to run.
  extensions: { health_check: FREE, alerting: { default_rules: false } },
  service: { telemetry: { logs: { level: "error" } } },
};

export interface RealCollector {
  /** Its web port: the UI and the API. */
  readonly url: string;
  /** Its OTLP/HTTP endpoint. */
  readonly otlp: string;
  close(): Promise<void>;
}

/** Resolves when the collector has everything and has counted it. */
export async function startRealCollector(): Promise<RealCollector> {
  const collector = await startEmptyCollector();
  let sent: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await sent;
    await collector.close();
  };
  try {
    await seedCollector(collector);
  } catch (error) {
    await close();
    throw error;
  }
  timer = setInterval(() => {
    sent = sendMetrics(collector).catch(console.error);
  }, METRICS_MILLIS);
  return { ...collector, close };
}

/** Resolves when it listens. @param variables of its environment */
export async function startEmptyCollector(variables: Readonly<Record<string, string>> = {}): Promise<RealCollector> {
  const directory = mkdtempSync(join(tmpdir(), "goldspan-browser-"));
  // What is set for a collector of one's own is not meant for this one.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GOLDSPAN_")));
  const configs = [join(ROOT, "otel-config.yaml"), `yaml:${JSON.stringify(CHANGES)}`];
  const child = spawn(
    process.execPath,
    [join(ROOT, "collector/src/main.ts"), ...configs.flatMap((config) => ["--config", config])],
    {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environment, GOLDSPAN_DATA: join(directory, "data"), GOLDSPAN_WEB: "localhost:0", ...variables },
    },
  );
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (!line.startsWith("Goldspan is at")) console.error(line);
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { ports } = JSON.parse(line) as { ports: { otlp_http: number; web: number } };
      return { url: `http://127.0.0.1:${ports.web}`, otlp: `http://127.0.0.1:${ports.otlp_http}`, close };
    }
    throw new Error("the collector for the browser tests ended before it was ready");
  } catch (error) {
    await close();
    throw error;
  }
}
