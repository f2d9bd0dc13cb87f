/** The collector under test: the built program on a directory of its own, pinned to its core; started, stopped and killed by the bench. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pinned, SERVER_CORES } from "../machine.ts";
import type { Address } from "../load/http-connection.ts";
import { goldspanApi } from "../queries/goldspan-api.ts";
import type { QueryApi } from "../queries/query-api.ts";
import { filesBelow } from "./processes.ts";
import type { Subject } from "./subject.ts";

const SHIPPED_CONFIG = join(import.meta.dirname, "../../../otel-config.yaml");
const MAIN = join(import.meta.dirname, "../../dist/main.js");
const HOST = "127.0.0.1";
/** Said at each start; everything else that the server says is of interest. */
const GREETING = /^Goldspan is at .*\n/m;

export const DURABILITY = "fdatasync before the ack";

export interface ServerOptions {
  /** Where a data directory of its own is made. */
  readonly parent: string;
  /** Bytes; 0 = no limit. */
  readonly maxDisk?: number;
  /** With span_metrics, service_graph and exceptions as they are shipped. */
  /** Of those that are shipped, which take part. */
  readonly connectors?: readonly Connector[];
  /** With alerting, and this rule file. */
  readonly rules?: string;
  /** Such as --cpu-prof. */
  readonly nodeArgs?: readonly string[];
}

/** Those that are not removed yet: when the bench is stopped early, they go with it. */
const running = new Set<Server>();

export function removeServers(): void {
  for (const server of running) server.remove();
}

export class Server implements Subject {
  readonly name = "Goldspan";
  readonly #home: string;
  readonly #nodeArgs: readonly string[];
  #child: ChildProcess | undefined;
  #ports: Readonly<Record<string, number>> = {};
  /** From the start of the process to its ready line. */
  startMillis = NaN;

  private constructor({ parent, nodeArgs = [] }: ServerOptions) {
    this.#home = mkdtempSync(join(parent, "goldspan-bench-"));
    this.#nodeArgs = nodeArgs;
  }

  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    running.add(server);
    mkdirSync(server.directory);
    try {
      if (options.rules !== undefined) writeFileSync(server.#ruleFile, options.rules);
      await server.restart(options.maxDisk, options.connectors);
    } catch (error) {
      server.remove();
      throw error;
    }
    return server;
  }

  get directory(): string {
    return join(this.#home, "data");
  }

  get #ruleFile(): string {
    return join(this.#home, "rules.yml");
  }

  get disk(): readonly string[] {
    return [this.directory];
  }

  get pids(): readonly number[] {
    return this.#child?.pid === undefined ? [] : [this.#child.pid];
  }

  get otlpHttp(): Address {
    return { host: HOST, port: this.#ports.otlp_http };
  }

  get otlpGrpc(): Address {
    return { host: HOST, port: this.#ports.otlp_grpc };
  }

  get web(): Address {
    return { host: HOST, port: this.#ports.web };
  }

  get api(): QueryApi {
    return goldspanApi(this.web);
  }

  /** Starts it on what is there. Resolves at the ready line. */
  async restart(maxDisk = 0, connectors: readonly Connector[] = []): Promise<void> {
    const config = join(this.#home, "otel-config.yaml");
    const ruleFile = existsSync(this.#ruleFile) ? this.#ruleFile : undefined;
    writeFileSync(config, CONFIG(this.directory, maxDisk, connectors, ruleFile));
    const [program, args] = pinned(SERVER_CORES, [process.execPath, ...this.#nodeArgs, MAIN, "--config", config]);
    const started = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk.toString().replace(GREETING, "")));
    for await (const line of createInterface({ input: child.stdout })) {
      this.#ports = (JSON.parse(line) as { ports: Record<string, number> }).ports;
      this.startMillis = performance.now() - started;
      return;
    }
    throw new Error("the collector ended before it was ready");
  }

  /** A clean stop: everything is sealed. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** As a crash would end it. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Puts the store's files out of the page cache, so that the next start is a cold one; nothing where `dd` cannot do it. */
  evictCache(): void {
    for (const path of filesBelow(this.directory))
      spawnSync("dd", [`if=${path}`, "iflag=nocache", "count=0", "status=none"]);
  }

  /** Ends it if it still runs, and deletes everything. */
  remove(): void {
    running.delete(this);
    this.#child?.kill("SIGKILL");
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await exited;
  }
}

/** The connectors of the shipped configuration, in one piece: what is measured is what is shipped. */
function shippedConnectors(): string {
  const [, section] = /^(connectors:.*\n(?:[ #].*\n|\n)*)/m.exec(readFileSync(SHIPPED_CONFIG, "utf8")) ?? [];
  if (section === undefined) throw new Error(`cannot find the connectors in ${SHIPPED_CONFIG}`);
  return section;
}

export type Connector = "span_metrics" | "service_graph" | "exceptions";

const CONFIG = (directory: string, maxDisk: number, connectors: readonly Connector[], ruleFile: string | undefined) => `
receivers:
  otlp: { protocols: { grpc: { endpoint: "${HOST}:0" }, http: { endpoint: "${HOST}:0" } } }
  prometheus_remote_write:
${connectors.length > 0 ? shippedConnectors() : ""}
exporters: { goldspan: }
extensions:
  storage: { directory: ${JSON.stringify(directory)}, retention: 0, max_disk: ${maxDisk} }
  web: { endpoint: "${HOST}:0" }
${ruleFile === undefined ? "" : `  alerting: { rule_files: [${JSON.stringify(ruleFile)}], default_rules: true }`}
service:
  extensions: [storage, web${ruleFile === undefined ? "" : ", alerting"}]
  telemetry: { logs: { level: warn } }
  pipelines:
    traces: { receivers: [otlp], exporters: [${["goldspan", ...connectors].join(", ")}] }
    logs: { receivers: [otlp], exporters: [goldspan] }
    metrics: { receivers: [otlp, prometheus_remote_write], exporters: [goldspan] }
    ${connectors.length > 0 ? `metrics/spans: { receivers: [${connectors.join(", ")}], exporters: [goldspan] }` : ""}
`;
