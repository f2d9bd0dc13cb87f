/**
 * The whole demo as a user starts it: main.ts and its processes, sending OTLP to a receiver of the test.
 * Out: the gateway, the control API, what has arrived. Everything that waits has a bound.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Attributes,
  OtlpReceiver,
  type ReceivedLog,
  type ReceivedSpan,
} from "../../../agents/node/test/kit/otlp-receiver.ts";
import { waitFor } from "../../../agents/node/test/kit/wait-for.ts";

export const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface OrderAnswer {
  status: number;
  traceId: string;
  body: { id?: string; status?: string; error?: { code: string; message: string } };
}

export class RunningShop {
  readonly receiver: OtlpReceiver;
  readonly #child: ChildProcess;
  stdout = "";
  stderr = "";
  ended: { code: number | null } | undefined;
  #keys = 0;
  /** Not the user's own, who may have a shop running. */
  readonly #controlFile = join(tmpdir(), `goldspan-test-shop-${process.pid}-${performance.now()}.json`);

  private constructor(receiver: OtlpReceiver, args: string[], env: Record<string, string>) {
    this.receiver = receiver;
    this.#child = spawn(process.execPath, [MAIN, "--otlp", receiver.url, ...args], {
      env: {
        PATH: process.env.PATH,
        SHOP_CONTROL_FILE: this.#controlFile,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_BSP_SCHEDULE_DELAY: "200",
        OTEL_BLRP_SCHEDULE_DELAY: "200",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#child.on("close", (code) => (this.ended = { code }));
  }

  static async start(args: string[], env: Record<string, string> = {}): Promise<RunningShop> {
    const shop = new RunningShop(await OtlpReceiver.open(), args, env);
    await waitFor("the ready line", () => shop.stdout.includes("\n") || undefined, 40_000);
    return shop;
  }

  get ports(): Record<"gateway" | "orders" | "inventory" | "payments" | "control", number> {
    return (JSON.parse(this.stdout) as { ports: RunningShop["ports"] }).ports;
  }

  url(service: keyof RunningShop["ports"]): string {
    return `http://127.0.0.1:${this.ports[service]}`;
  }

  async get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.url("gateway") + path);
    return { status: response.status, body: await response.json() };
  }

  async order(lines: { sku: string; quantity: number }[], card = "card-visa"): Promise<OrderAnswer> {
    const response = await fetch(`${this.url("gateway")}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": `test-${this.#keys++}` },
      body: JSON.stringify({ lines, card }),
    });
    const traceId = response.headers.get("traceresponse")?.split("-")[1] ?? "";
    return { status: response.status, traceId, body: (await response.json()) as OrderAnswer["body"] };
  }

  /** Switches a fault on; `undefined` fields take their defaults. */
  async fault(request: { fault: string; durationSeconds: number; [parameter: string]: unknown }): Promise<void> {
    const response = await fetch(`${this.url("control")}/faults`, { method: "POST", body: JSON.stringify(request) });
    if (!response.ok) throw new Error(`cannot switch on ${request.fault}: ${await response.text()}`);
  }

  async activeFaults(): Promise<string[]> {
    const response = await fetch(`${this.url("control")}/faults`);
    return ((await response.json()) as { fault: string }[]).map(({ fault }) => fault);
  }

  /** Spans and logs of a trace, once it has reached so many services and no parent is missing in it. */
  async trace(traceId: string, services: number): Promise<{ spans: ReceivedSpan[]; logs: ReceivedLog[] }> {
    return await waitFor(`trace ${traceId} through ${services} services`, () => {
      const ofTrace = (item: { traceId: string }): boolean => item.traceId === traceId;
      const [spans, logs] = [this.receiver.spans.filter(ofTrace), this.receiver.logs.filter(ofTrace)];
      const count = (items: { resource: Attributes }[]): number =>
        new Set(items.map(({ resource }) => resource["service.name"])).size;
      const ids = new Set(["", ...spans.map(({ spanId }) => spanId)]);
      const whole = spans.length > 0 && spans.every(({ parentSpanId }) => ids.has(parentSpanId));
      return whole && count(spans) >= services && count(logs) >= services ? { spans, logs } : undefined;
    });
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await waitFor("the shop's end", () => this.ended);
    rmSync(this.#controlFile, { force: true });
  }

  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const { code } = await waitFor("the shop's end", () => this.ended);
    await this.receiver.close();
    return code;
  }
}
