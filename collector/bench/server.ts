/** The collector under test: the built program on a fresh data directory, pinned where that can be; its CPU, memory and size. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "../dist/main.js");
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

export const canPin = process.platform === "linux" && spawnSync("taskset", ["--version"]).status === 0;

export class Server {
  readonly directory: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly startMillis: number;
  readonly #child: ChildProcess;
  readonly #temp: string;

  private constructor(
    child: ChildProcess,
    temp: string,
    directory: string,
    ports: Record<string, number>,
    startMillis: number,
  ) {
    this.#child = child;
    this.#temp = temp;
    this.directory = directory;
    this.ports = ports;
    this.startMillis = startMillis;
  }

  /** @param core the core to pin to; undefined = any. @param nodeArgs such as --cpu-prof */
  static async start(core: number | undefined, nodeArgs: readonly string[] = []): Promise<Server> {
    const temp = mkdtempSync(join(tmpdir(), "goldspan-bench-"));
    const directory = join(temp, "data");
    const config = join(temp, "otel-config.yaml");
    writeFileSync(config, CONFIG(directory));
    const command = [process.execPath, ...nodeArgs, MAIN, "--config", config];
    const [program, ...args] = core !== undefined && canPin ? ["taskset", "-c", String(core), ...command] : command;
    const started = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const { ports } = JSON.parse(line) as { ports: Record<string, number> };
      return new Server(child, temp, directory, ports, performance.now() - started);
    }
    throw new Error("the collector ended before it was ready");
  }

  get web(): string {
    return `http://127.0.0.1:${this.ports.web}`;
  }

  /** User and system seconds of all threads so far. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resident megabytes: now, and at most so far. */
  memory(): { nowMb: number; peakMb: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    const value = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    return { nowMb: value("VmRSS"), peakMb: value("VmHWM") };
  }

  diskBytes(): number {
    return sizeOf(this.directory);
  }

  /** A clean stop: everything is sealed. */
  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await exited;
  }

  remove(): void {
    rmSync(this.#temp, { recursive: true, force: true });
  }
}

const CONFIG = (directory: string) => `
receivers: { otlp: { protocols: { grpc: { endpoint: "localhost:0" }, http: { endpoint: "localhost:0" } } } }
exporters: { goldspan: }
extensions: { storage: { directory: ${JSON.stringify(directory)}, retention: 0, max_disk: 0 }, web: { endpoint: "localhost:0" } }
service:
  extensions: [storage, web]
  telemetry: { logs: { level: warn } }
  pipelines:
    traces: { receivers: [otlp], exporters: [goldspan] }
    logs: { receivers: [otlp], exporters: [goldspan] }
`;

function sizeOf(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stats.size;
}
