/** A collector on a real file system (a tmpfs) that is full, then well again, then read-only. Needs root and mount. */
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { StoreFiles } from "../../src/store/sqlite/files/store-files.ts";
import { verifyStore } from "../../src/store/sqlite/files/verify-store.ts";
import { failedStart, startCollector, type CollectorProcess } from "../kit/collector-process.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { traceIdOf, tracesRequest } from "../kit/simple-otlp.ts";
import { tempDirectory } from "../kit/stores.ts";

const MOST_REQUESTS = 100;
const temp = tempDirectory();
const mounted = mount("-t", "tmpfs", "-o", "size=48m", "tmpfs", temp.path);
let running: Awaited<ReturnType<typeof startCollector>> | undefined;
afterAll(() => {
  running?.process.kill("SIGKILL");
  if (mounted) spawnSync("umount", ["-l", temp.path]);
  temp.remove();
});

function mount(...args: string[]): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && spawnSync("mount", args).status === 0;
}

/** 400 kB that no compression makes smaller. */
function requestOf(n: number): Buffer {
  return Buffer.from(
    oracleEncode("traces", tracesRequest({ trace: n, id: 1, attributes: { noise: randomBytes(400_000) } })),
  );
}

async function send({ otlp }: CollectorProcess, n: number): Promise<Response> {
  const response = await fetch(`${otlp}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body: Uint8Array.from(requestOf(n)),
  });
  await response.arrayBuffer();
  return response;
}

function sendGrpc(port: number, n: number): Promise<number> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const raw = (bytes: Buffer) => bytes;
  const method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  return new Promise<number>((resolve) =>
    client.makeUnaryRequest(method, raw, raw, requestOf(n), new Metadata(), {}, (error) => resolve(error?.code ?? 0)),
  ).finally(() => client.close());
}

it.skipIf(!mounted)(
  "a full disk is answered with 503 and UNAVAILABLE and heals by itself, a read-only one is named at the start (skipped where a tmpfs cannot be mounted)",
  { timeout: 120_000 },
  async () => {
    const directory = join(temp.path, "data");
    const ballast = join(temp.path, "ballast");
    const acknowledged: number[] = [];
    let collector = (running = await startCollector({ directory }));
    const sendAll = async (ns: readonly number[]) => {
      for (const n of ns) {
        expect((await send(collector, n)).status).toBe(200);
        acknowledged.push(n);
      }
    };
    const checkAll = async () => {
      for (const n of acknowledged) {
        const response = await fetch(`${collector.web}/api/v1/traces/${traceIdOf(n).toString("hex")}`);
        expect([n, ((await response.text()).match(/"spanId":/g) ?? []).length]).toEqual([n, 1]);
      }
    };
    const refused = async (n: number) => {
      const response = await send(collector, n);
      expect([response.status, Number(response.headers.get("retry-after")) > 0]).toEqual([503, true]);
      expect(await sendGrpc(collector.ports.otlp_grpc, n + 1)).toBe(14);
    };

    writeFileSync(ballast, Buffer.alloc(40 * 1024 * 1024));
    let next = 1;
    for (; next < MOST_REQUESTS; next++) {
      const response = await send(collector, next);
      if (response.status !== 200) break;
      acknowledged.push(next);
    }
    expect(next).toBeLessThan(MOST_REQUESTS);
    await refused(next);
    await checkAll();
    rmSync(ballast);
    await sendAll([next, next + 1]);
    await checkAll();

    expect(await collector.end()).toBe(0);
    collector.remove();
    expect(mount("-o", "remount,ro", temp.path)).toBe(true);
    for (const name of ["data", "other"]) {
      const { message } = await failedStart({ directory: join(temp.path, name) });
      expect(message).toMatch(/cannot write to the data directory .*; make it writable/);
    }
    const { damage, records } = verifyStore(new StoreFiles(directory), () => undefined);
    expect([damage, records]).toEqual([[], acknowledged.length]);
    expect(mount("-o", "remount,rw", temp.path)).toBe(true);
    running = collector = await startCollector({ directory });
    await checkAll();
    expect(collector.stderr()).not.toMatch(/"level":"error"/);
    expect(await collector.end()).toBe(0);
    collector.remove();
    expect(readdirSync(directory)).not.toContain("quarantine");
  },
);
