/** A real Prometheus, where one is installed, on a free port and a temporary directory, taking remote write. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { tempDirectory } from "./stores.ts";

const PROGRAM = process.env.PROMETHEUS_PATH ?? "/usr/bin/prometheus";
const START_MILLIS = 20_000;

export const hasPrometheus = existsSync(PROGRAM);
export const NO_PROMETHEUS =
  "skipped: no Prometheus at /usr/bin/prometheus; install the package or set PROMETHEUS_PATH";

export interface PrometheusProcess {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  end(): Promise<void>;
}

/** @param command makes the command that runs it, such as one that pins it to a core */
export async function startPrometheus(
  command: (argv: readonly string[]) => [program: string, args: string[]] = ([program, ...args]) => [program, args],
): Promise<PrometheusProcess> {
  const temp = tempDirectory();
  const config = join(temp.path, "prometheus.yml");
  writeFileSync(config, "global: { scrape_interval: 1h }\n");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [program, args] = command([
    PROGRAM,
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(temp.path, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.enable-remote-write-receiver",
    "--log.level=error",
  ]);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async () => {
    child.kill("SIGKILL");
    await exited;
    temp.remove();
  };
  const giveUp = Date.now() + START_MILLIS;
  for (;;) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok) return { url, pid: child.pid as number, directory: join(temp.path, "data"), end };
    if (Date.now() > giveUp || child.exitCode !== null) {
      await end();
      throw new Error(`Prometheus was not ready in time: ${stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
