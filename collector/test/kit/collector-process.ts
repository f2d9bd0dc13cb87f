/** A real collector process on free ports and a temporary directory, started as its users start it. */
import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDirectory } from "./stores.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const START_MILLIS = 30_000;

/** For --config behind the shipped configuration: all of its servers on free ports. */
export const FREE_PORTS = `yaml:${JSON.stringify({
  receivers: { otlp: { protocols: { grpc: { endpoint: "localhost:0" }, http: { endpoint: "localhost:0" } } } },
  extensions: { web: { endpoint: "localhost:0" }, health_check: { endpoint: "localhost:0" } },
})}`;

/** The contract's configuration: the default pipeline's names, ports 0, everything kept. */
export function testConfig(directory: string): string {
  return `
receivers: { otlp: { protocols: { grpc: { endpoint: "localhost:0" }, http: { endpoint: "localhost:0" } } } }
exporters: { goldspan: }
extensions:
  storage: { directory: ${JSON.stringify(directory)}, retention: 0 }
  web: { endpoint: "localhost:0" }
  health_check: { endpoint: "localhost:0" }
service:
  extensions: [storage, web, health_check]
  pipelines:
    traces: { receivers: [otlp], exporters: [goldspan] }
    logs: { receivers: [otlp], exporters: [goldspan] }
    metrics: { receivers: [otlp], exporters: [goldspan] }
`;
}

export interface CollectorProcess {
  readonly process: ChildProcess;
  readonly ports: Readonly<Record<string, number>>;
  /** http://127.0.0.1:PORT of the web port. */
  readonly web: string;
  readonly otlp: string;
  /** All of stdout and stderr so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends a signal and resolves with the exit code, or the signal's name. */
  end(signal?: NodeJS.Signals): Promise<number | string | null>;
}

export interface StartOptions {
  /** YAML; by default {@link testConfig} of `directory`. */
  config?: string;
  directory?: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** Resolves at the ready line; rejects with what the process said when it ends before. */
export async function startCollector(
  options: StartOptions = {},
): Promise<CollectorProcess & { readonly directory: string; remove(): void }> {
  const temp = tempDirectory();
  const directory = options.directory ?? join(temp.path, "data");
  const config = join(temp.path, "otel-config.yaml");
  writeFileSync(config, options.config ?? testConfig(directory));
  const child = spawn(process.execPath, [MAIN, "--config", config, ...(options.args ?? [])], {
    cwd: temp.path,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<number | string | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  const ports = await new Promise<Record<string, number>>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`the collector was not ready in time: ${stderr}`));
    }, START_MILLIS);
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      const line = stdout.split("\n").find((each) => each.includes('"ready"'));
      if (line === undefined) return;
      clearTimeout(timer);
      resolve((JSON.parse(line) as { ports: Record<string, number> }).ports);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new ExitedError(code ?? signal, stdout, stderr));
    });
  });
  return {
    process: child,
    ports,
    directory,
    web: `http://127.0.0.1:${ports.web}`,
    otlp: `http://127.0.0.1:${ports.otlp_http}`,
    stdout: () => stdout,
    stderr: () => stderr,
    end: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
    remove: () => temp.remove(),
  };
}

/** The process ended before it was ready. */
export class ExitedError extends Error {
  override name = "ExitedError";
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(code: number | string | null, stdout: string, stderr: string) {
    super(`the collector ended with ${String(code)}: ${stderr}`);
    this.code = code;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** The error of a start that must fail. */
export async function failedStart(options: StartOptions): Promise<ExitedError> {
  try {
    const collector = await startCollector(options);
    await collector.end("SIGKILL");
  } catch (error) {
    if (error instanceof ExitedError) return error;
    throw error;
  }
  throw new Error("the collector started, and should not have");
}
