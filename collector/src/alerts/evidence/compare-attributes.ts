/**
 * What bad requests have in common and good ones don't: values of attributes that are over-represented among the bad traces. Counted once a
 * trace and service, over attributes of spans and resources; ids, and what only says that it failed, are left out. Pure.
 */
import { eachResourceAttribute, eachSpanAttribute } from "../../query/traces/span-details.ts";
import type { TreeSpan } from "../../query/traces/trace-tree.ts";
import type { EvidenceAttribute } from "../channels/notification.ts";
import type { SampledTrace } from "./sample-traces.ts";

const MOST_SHOWN = 5;
const LEAST_TRACES = 5;
/** A value explains something when this share of the bad traces has it, and so many of them. */
const LEAST_SUPPORT = 0.1;
const LEAST_COUNT = 4;
const LEAST_DIFFERENCE = 0.15;
const LEAST_LIFT = 1.5;
/** Standard errors between the two shares: of some hundred values that are tried one passes by chance less than once in ten alerts. */
const LEAST_SIGNIFICANCE = 3.5;
/** A key of more values than this share of the traces that have it is an id. */
const MOST_DISTINCT_SHARE = 0.5;
const FEW_VALUES = 8;
const MOST_VALUE = 200;
/** Told apart at most: what comes later in giant traces is not counted. */
const MOST_PAIRS = 60_000;

/** Says that it failed or how long it took, which is known. */
const TAUTOLOGY =
  /^(?:error|otel\.status|exception|http\.response\.|http\.status|rpc\.(?:response|grpc)\.status)|status_code$|status\.code$|error\.type$|^(?:thread|process\.pid|telemetry|service\.name|span\.kind)|duration|elapsed|latency|resend_count$/;

/** Says which operation it is, which the operations say, or which connection. */
const STRUCTURE =
  /^(?:http\.route|http\.request\.method|url\.|rpc\.(?:method|service)|db\.(?:query|operation|collection)|messaging\.(?:operation|message)|code\.|graphql\.)|\.port$|^(?:network|client)\.peer\./;

/** Of keys that mean the same here, what people read first. */
const PREFERRED = [
  "service.version",
  "feature_flag.key",
  "deployment.environment.name",
  "cloud.region",
  "cloud.availability_zone",
  "k8s.node.name",
  "host.name",
  "k8s.pod.name",
  "container.name",
];
const LEAST_READ =
  /^(?:service\.instance\.id|host\.id|host\.ip|container\.id|k8s\.pod\.(?:uid|ip)|process\.|os\.|network\.)/;

/** Most telling first: by the share of bad traces that have it and how much more often they do than good ones (lift). */
export function compareAttributes(bad: readonly SampledTrace[], good: readonly SampledTrace[]): EvidenceAttribute[] {
  if (bad.length < LEAST_TRACES || good.length < LEAST_TRACES) return [];
  const counts = new AttributeCounts();
  for (const { tree } of bad) counts.add(tree.spans, true);
  for (const { tree } of good) counts.add(tree.spans, false);
  const weighed = counts.pairs().flatMap((pair) => weigh(pair) ?? []);
  weighed.sort((a, b) => b.weight - a.weight || readability(a.attribute.key) - readability(b.attribute.key));
  const told = new Set<string>();
  const shown: EvidenceAttribute[] = [];
  for (const { traces, attribute } of weighed) {
    // Host, instance and pod are one and the same fact.
    if (told.has(traces)) continue;
    told.add(traces);
    shown.push(attribute);
    if (shown.length === MOST_SHOWN) break;
  }
  return shown;
}

interface Pair {
  readonly service: string;
  readonly key: string;
  readonly value: string;
  readonly bad: number;
  readonly good: number;
  /** Traces with the service. */
  readonly ofBad: number;
  readonly ofGood: number;
  /** Equal for values that the same traces have. */
  readonly traces: string;
}

interface Weighed {
  readonly attribute: EvidenceAttribute;
  readonly weight: number;
  readonly traces: string;
}

function weigh({ service, key, value, bad, good, ofBad, ofGood, traces }: Pair): Weighed | undefined {
  if (ofGood < LEAST_TRACES || bad < Math.max(LEAST_COUNT, LEAST_SUPPORT * ofBad)) return undefined;
  const [badShare, goodShare] = [bad / ofBad, good / ofGood];
  // As if half a trace more had it and half a trace more had it not: nothing is infinitely rare.
  const lift = badShare / ((good + 0.5) / (ofGood + 1));
  const pooled = (bad + good) / (ofBad + ofGood);
  const standardError = Math.sqrt(Math.max(pooled * (1 - pooled), 1e-9) * (1 / ofBad + 1 / ofGood));
  if (badShare - goodShare < LEAST_DIFFERENCE || lift < LEAST_LIFT) return undefined;
  if ((badShare - goodShare) / standardError < LEAST_SIGNIFICANCE) return undefined;
  return { attribute: { key, value, service, badShare, goodShare }, weight: badShare * Math.log2(lift), traces };
}

function readability(key: string): number {
  const at = PREFERRED.indexOf(key);
  if (at >= 0) return at;
  return LEAST_READ.test(key) ? PREFERRED.length + 1 : PREFERRED.length;
}

interface KeyCounts {
  readonly service: string;
  readonly key: string;
  readonly values: Map<string, { bad: number; good: number; traces: number[] }>;
  /** Traces that have the key. */
  traces: number;
}

class AttributeCounts {
  readonly #keys = new Map<string, KeyCounts>();
  readonly #services = new Map<string, { bad: number; good: number }>();
  readonly #resources = new WeakMap<Uint8Array, readonly (readonly [string, string])[]>();
  readonly #isTelling = new Map<string, boolean>();
  #traces = 0;
  #pairs = 0;

  add(spans: readonly TreeSpan[], isBad: boolean): void {
    const trace = this.#traces++;
    const side = isBad ? "bad" : "good";
    const seen = new Set<string>();
    const services = new Set<string>();
    const resources = new Set<Uint8Array>();
    for (const span of spans) {
      services.add(span.service);
      const count = (key: string, value: string) => this.#count(span.service, key, value, side, trace, seen);
      const { resource } = span.batch.groups[span.batch.group[span.index]];
      if (!resources.has(resource)) {
        resources.add(resource);
        for (const [key, value] of this.#resourceOf(span, resource)) count(key, value);
      }
      eachSpanAttribute(span, count);
    }
    for (const service of services) {
      const known = this.#services.get(service) ?? { bad: 0, good: 0 };
      known[side]++;
      this.#services.set(service, known);
    }
  }

  pairs(): Pair[] {
    return [...this.#keys.values()].filter(isNoId).flatMap(({ service, key, values }) => {
      const { bad: ofBad, good: ofGood } = this.#services.get(service) ?? { bad: 0, good: 0 };
      return Array.from(values, ([value, { bad, good, traces }]): Pair => {
        return { service, key, value, bad, good, ofBad, ofGood, traces: traces.join() };
      });
    });
  }

  #count(service: string, key: string, value: string, side: "bad" | "good", trace: number, seen: Set<string>): void {
    if (value === "" || value.length > MOST_VALUE || !this.#tells(key)) return;
    const name = `${service}\0${key}`;
    const pair = `${name}\0${value}`;
    if (seen.has(pair)) return;
    let counts = this.#keys.get(name);
    if (!counts) this.#keys.set(name, (counts = { service, key, values: new Map(), traces: 0 }));
    if (!seen.has(name)) counts.traces++;
    seen.add(pair).add(name);
    let own = counts.values.get(value);
    if (!own) {
      if (this.#pairs === MOST_PAIRS) return;
      this.#pairs++;
      counts.values.set(value, (own = { bad: 0, good: 0, traces: [] }));
    }
    own[side]++;
    own.traces.push(trace);
  }

  #tells(key: string): boolean {
    let tells = this.#isTelling.get(key);
    if (tells === undefined) this.#isTelling.set(key, (tells = !TAUTOLOGY.test(key) && !STRUCTURE.test(key)));
    return tells;
  }

  #resourceOf(span: TreeSpan, resource: Uint8Array): readonly (readonly [string, string])[] {
    let known = this.#resources.get(resource);
    if (!known) {
      const found: [string, string][] = [];
      eachResourceAttribute(span, (key, value) => void found.push([key, value]));
      this.#resources.set(resource, (known = found));
    }
    return known;
  }
}

function isNoId({ values, traces }: KeyCounts): boolean {
  return values.size <= FEW_VALUES || values.size <= traces * MOST_DISTINCT_SHARE;
}
