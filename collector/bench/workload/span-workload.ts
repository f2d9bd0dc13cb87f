/**
 * The frozen span workload: 15 services, 60 operations, 12 attributes and about 510 bytes a span, traces of 8 to 60 spans with a
 * heavy tail, 1.5 % errors with an exception event, random ids, log-normal durations. In: size, shape and clock; out: a pool that
 * renders requests without end, the requests with the giant traces, and facts about what was sent, for queries.
 */
import { formatJson } from "../../src/wire/otlp/protobuf-to-json.ts";
import { TRACES_REQUEST } from "../../src/wire/otlp/schema.ts";
import { Random } from "../../test/kit/random.ts";
import { encodeSpans } from "./encode-spans.ts";
import { HEX, userText, type Form } from "./marks.ts";
import { RequestPool, templateOf, type Template } from "./request-pool.ts";
import { encodeResource, SERVICES } from "./shop.ts";
import { TracePlan, type PlannedSpan, type PlannedTrace } from "./trace-plan.ts";

export interface SpanWorkloadOptions {
  readonly seed: number;
  readonly form: Form;
  /** Spans of one round through the pool. */
  readonly poolSpans: number;
  readonly spansPerRequest: number;
  readonly uniqueAttributes: boolean;
  /** Start of the first trace. */
  readonly startUnixNano: bigint;
  /** How fast the workload's own clock runs: it stretches the stream over more or less time, not the traces. */
  readonly spansPerSecond: number;
  /** Also make the traces of 1,000, 10,000 and 100,000 spans. */
  readonly giants: boolean;
}

/** Something that was sent and can be asked for. */
export interface TraceFact {
  readonly traceId: string;
  readonly spans: number;
  readonly user: string;
  /** `messaging.message.id` of one span somewhere, unrelated to the trace, and that span's service. */
  readonly messageId: string;
  readonly messageService: string;
}

const GIANT_SIZES = [1000, 10_000, 100_000];

export class SpanWorkload {
  readonly pool: RequestPool;
  /** Requests to be sent once. */
  readonly once: readonly { bytes: Buffer; count: number }[];
  readonly giants: readonly { traceId: string; spans: number }[];
  /** By request of the pool: its root spans, its service. */
  readonly #roots: PlannedTrace[][] = [];
  readonly #services: string[] = [];
  readonly #options: SpanWorkloadOptions;
  readonly #random: Random;
  readonly #resources: Uint8Array[];

  constructor(options: SpanWorkloadOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#resources = SERVICES.flatMap((service) =>
      [0, 1].map((instance) => encodeResource(this.#random, service, instance)),
    );
    const plan = new TracePlan(this.#random, options.spansPerSecond);
    const giants = options.giants ? GIANT_SIZES.map((size, i) => plan.planTraceOf(size, (i + 1) * 1e9)) : [];
    this.giants = giants.map(([{ trace }]) => ({
      traceId: Buffer.from(trace.id).toString("hex"),
      spans: trace.size,
    }));
    this.once = this.#requestsOf(giants.flat()).map((spans) => this.#encode(spans));

    const planned: PlannedSpan[] = [];
    while (planned.length < options.poolSpans) planned.push(...plan.planTrace());
    const templates: Template[] = [];
    for (const spans of this.#requestsOf(planned)) {
      templates.push(this.#encode(spans));
      this.#services.push(SERVICES[spans[0].operation.service]);
      this.#roots.push(spans.filter(({ parentId }) => parentId === undefined).map(({ trace }) => trace));
    }
    this.pool = new RequestPool(templates, Math.ceil(plan.now), options);
  }

  /** Facts about randomly chosen traces among the first `requests` of the pool's stream, each trace at most once. */
  sample(count: number, requests: number, random: Random): TraceFact[] {
    const facts = new Map<string, TraceFact>();
    const { pool } = this;
    for (let tries = 0; facts.size < count && tries < count * 50; tries++) {
      const n = random.below(requests);
      const roots = this.#roots[n % pool.templates.length];
      if (roots.length === 0) continue;
      const trace = random.pick(roots);
      const id = Buffer.from(trace.id);
      const words = Uint32Array.from({ length: 4 }, (_, w) => id.readUInt32LE(w * 4));
      const traceId = pool.traceIdIn(n, words);
      facts.set(traceId, {
        traceId,
        spans: trace.size,
        user: userText(pool.userOf(n, trace.user)),
        ...this.#message(requests, random),
      });
    }
    return [...facts.values()];
  }

  #message(requests: number, random: Random): { messageId: string; messageService: string } {
    for (let tries = 0; tries < 10_000; tries++) {
      const n = random.below(requests);
      const t = n % this.pool.templates.length;
      const { kinds, values } = this.pool.templates[t];
      const index = random.below(kinds.length);
      if (kinds[index] === HEX && values[index] === 16)
        return { messageId: this.pool.hexOf(n, index), messageService: this.#services[t] };
    }
    throw new Error("cannot find a message id in the workload");
  }

  /** A request holds spans of one instance; each instance's spans are cut into requests of nearly equal size, in order of time. */
  #requestsOf(spans: readonly PlannedSpan[]): PlannedSpan[][] {
    const byInstance = Map.groupBy(spans, ({ instance }) => instance);
    const position = new Map(spans.map((span, i) => [span, i]));
    const requests: PlannedSpan[][] = [];
    for (const all of byInstance.values()) {
      const parts = Math.max(1, Math.round(all.length / this.#options.spansPerRequest));
      for (let p = 0; p < parts; p++)
        requests.push(all.slice(Math.floor((p * all.length) / parts), Math.floor(((p + 1) * all.length) / parts)));
    }
    const last = (request: PlannedSpan[]) => position.get(request[request.length - 1]) ?? 0;
    return requests.filter((request) => request.length > 0).sort((a, b) => last(a) - last(b));
  }

  #encode(spans: readonly PlannedSpan[]): Template {
    const { form, startUnixNano, uniqueAttributes } = this.#options;
    const { bytes, marks } = encodeSpans(this.#resources[spans[0].instance], spans, {
      startUnixNano,
      uniqueAttributes,
      random: this.#random,
    });
    const encoded = form === "json" ? Buffer.from(formatJson(bytes, TRACES_REQUEST)) : bytes;
    return templateOf(encoded, spans.length, marks, this.#options);
  }
}
