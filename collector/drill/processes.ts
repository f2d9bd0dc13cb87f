/** The processes of the drill: a collector with the shipped configuration on free ports, and the demo shop. Ended by their own handles. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
const READY_MILLIS = 60_000;

export interface Running {
  readonly ports: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export interface CollectorPlace {
  readonly directory: string;
  /** Where the shop writes what is to be scraped. */
  readonly targets: string;
  /** Alertmanager's file; absent = nobody is told. */
  readonly notify?: string;
}

export function startCollector({ directory, targets, notify }: CollectorPlace): Promise<Running> {
  const set = (key: string, value: string) => ["--set", `${key}=${value}`];
  return start(
    [
      "collector/src/main.ts",
      "--config",
      "otel-config.yaml",
      ...set("receivers.otlp.protocols.http.endpoint", "localhost:0"),
      ...set("receivers.otlp.protocols.grpc.endpoint", "localhost:0"),
      ...set("extensions.health_check.endpoint", "localhost:0"),
      ...set("extensions.web.endpoint", "localhost:0"),
      ...(notify === undefined ? [] : set("extensions.alerting.config_file", notify)),
    ],
    { GOLDSPAN_DATA: join(directory, "data"), GOLDSPAN_TARGETS: targets },
    join(directory, "collector.log"),
  );
}

export function startShop(otlp: string, targets: string, directory: string): Promise<Running> {
  const SHOP_CONTROL_FILE = join(directory, "shop-control.json");
  const args = ["demo-services/src/main.ts", "--otlp", otlp, "--targets-file", targets];
  return start(args, { SHOP_CONTROL_FILE }, join(directory, "shop.log"));
}

/** Runs to its end. */
export async function run(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const pieces: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? 1, text: pieces.join("") };
}

async function start(args: readonly string[], env: Readonly<Record<string, string>>, log: string): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  child.stderr.pipe(createWriteStream(log));
  const exited = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), READY_MILLIS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, ports } = JSON.parse(line) as { msg?: string; ports?: Record<string, number> };
      if (msg !== "ready" || !ports) continue;
      child.stdout.resume();
      return { ports, stop: () => end(child, exited) };
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`cannot start ${args[0]}: it ended before it was ready; ${log} has its words`);
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  await exited;
}
