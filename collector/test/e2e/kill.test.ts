import { afterAll, expect, it } from "vitest";
import { startCollector } from "../kit/collector-process.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { Random } from "../kit/random.ts";
import { logsRequest, traceIdOf, tracesRequest } from "../kit/simple-otlp.ts";
import { tempDirectory } from "../kit/stores.ts";

const KILLS = 20;
const SENDERS = 6;
const SPANS = 300;
const LOGS = 20;

const temp = tempDirectory();
afterAll(() => temp.remove());

/** A request with its own trace id: so many spans, or so many logs of the trace. */
function requestOf(n: number): { path: string; body: Uint8Array } {
  if (n % 2 === 0) {
    const spans = Array.from({ length: SPANS }, (_, i) => ({
      trace: n + 1,
      id: i + 1,
      service: `service-${i % 5}`,
      attributes: { request: n, i },
    }));
    return { path: "/v1/traces", body: oracleEncode("traces", tracesRequest(...spans)) };
  }
  // Equal lines on purpose: only the request's digest tells a resend from a repetition.
  return {
    path: "/v1/logs",
    body: oracleEncode(
      "logs",
      logsRequest(...Array.from({ length: LOGS }, () => ({ body: "the same line", time: 1, trace: n + 1 }))),
    ),
  };
}

it(
  `loses nothing acknowledged and doubles nothing over ${KILLS} kill -9 in mid-load`,
  { timeout: 240_000 },
  async () => {
    const random = new Random(20);
    const acknowledged = new Set<number>();
    let next = 0;
    /** Sent, but the answer never came: as exporters do, these are sent again. */
    let unanswered: number[] = [];

    for (let kill = 0; kill < KILLS; kill++) {
      const collector = await startCollector({ directory: temp.path });
      const life = new AbortController();
      const send = async (n: number) => {
        const { path, body } = requestOf(n);
        try {
          const response = await fetch(collector.otlp + path, {
            method: "POST",
            headers: { "content-type": "application/x-protobuf" },
            body: body as Uint8Array<ArrayBuffer>,
          });
          await response.arrayBuffer();
          if (response.status === 200) acknowledged.add(n);
          else unanswered.push(n);
        } catch {
          unanswered.push(n);
        }
      };
      const again = unanswered;
      unanswered = [];
      const senders = Array.from({ length: SENDERS }, async () => {
        while (!life.signal.aborted) await send(again.pop() ?? next++);
      });
      const enough = acknowledged.size + 5 + random.below(30);
      await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 2 }).toBeGreaterThan(enough);
      life.abort();
      await collector.end("SIGKILL");
      await Promise.all(senders);
      unanswered.push(...again);
      collector.remove();
    }

    const collector = await startCollector({ directory: temp.path });
    const count = async (path: string, each: RegExp) => {
      const response = await fetch(collector.web + path);
      const text = await response.text();
      return response.status === 404 ? 0 : (text.match(each) ?? []).length;
    };
    expect(acknowledged.size).toBeGreaterThan(KILLS * 5);
    for (let n = 0; n < next; n++) {
      const id = traceIdOf(n + 1).toString("hex");
      const isTrace = n % 2 === 0;
      const found = isTrace
        ? await count(`/api/v1/traces/${id}`, /"spanId":/g)
        : await count(`/api/v1/traces/${id}/logs`, /"the same line"/g);
      const whole = isTrace ? SPANS : LOGS;
      // What was never acknowledged may be there or not, but whole and once.
      expect(acknowledged.has(n) ? [whole] : [0, whole], `request ${n}`).toContain(found);
    }
    await collector.end();
    collector.remove();
  },
);
