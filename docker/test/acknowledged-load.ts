/** Senders that remember what was acknowledged, and the question whether all of it is there: for stops in the middle of a load. */
import { randomBytes } from "node:crypto";
import type { Addresses } from "./container.ts";

type WebPort = Pick<Addresses, "web" | "token">;

const SENDERS = 4;
const SPANS = 50;
const READERS = 8;
const REQUEST_MILLIS = 20_000;

export class AcknowledgedLoad {
  readonly #ended: Promise<unknown>;
  readonly #acknowledged: string[] = [];
  #stopped = false;

  /** Begins to send; each sender ends when nobody answers it any more. @param otlp http://HOST:PORT */
  constructor(otlp: string) {
    this.#ended = Promise.all(Array.from({ length: SENDERS }, () => this.#send(`${otlp}/v1/traces`)));
  }

  /** Trace ids whose request was answered with 200; complete once {@link end} has resolved. */
  get acknowledged(): readonly string[] {
    return this.#acknowledged;
  }

  async end(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #send(url: string): Promise<void> {
    while (!this.#stopped) {
      const traceId = randomBytes(16).toString("hex");
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: requestOf(traceId),
          signal: AbortSignal.timeout(REQUEST_MILLIS),
        });
        await answer.arrayBuffer();
        if (answer.status === 200) this.#acknowledged.push(traceId);
      } catch {
        // The server is gone: nobody promised anything about this request.
        return;
      }
    }
  }
}

/** Ids of traces that are not there whole. */
export async function findLost(web: WebPort, traceIds: readonly string[]): Promise<string[]> {
  const lost: string[] = [];
  const left = [...traceIds];
  const read = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop())
      if ((await countSpans(web, id)) !== SPANS) lost.push(id);
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return lost;
}

interface OtlpTraces {
  readonly resourceSpans?: { scopeSpans?: { spans?: unknown[] }[] }[];
}

/** 0 when there is no such trace. */
export async function countSpans({ web, token }: WebPort, traceId: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(REQUEST_MILLIS);
  const answer = await fetch(`${web}/api/v1/traces/${traceId}`, { headers, signal });
  const text = await answer.text();
  if (answer.status === 404) return 0;
  if (answer.status !== 200)
    throw new Error(`cannot read the trace ${traceId}: ${answer.status} ${text.slice(0, 200)}`);
  const { resourceSpans = [] } = JSON.parse(text) as OtlpTraces;
  return resourceSpans
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .reduce((sum, { spans = [] }) => sum + spans.length, 0);
}

function requestOf(traceId: string): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: SPANS }, (_, i) => ({
    traceId,
    spanId: (i + 1).toString(16).padStart(16, "0"),
    name: `step ${i}`,
    kind: 1,
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 1_000_000n),
    attributes: [{ key: "i", value: { intValue: String(i) } }],
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "mid-load" } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}
