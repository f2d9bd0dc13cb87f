/**
 * The questions of the query rows. Each asks for something else every time: a trace, a user, a message id, a window that was not asked
 * for before, so that nothing is answered from a cache that a user would not have; only the giant traces are asked for repeatedly.
 */
import type { Random } from "../../test/kit/random.ts";
import type { TargetId } from "../report/targets.ts";
import { operationNames } from "../workload/shop.ts";
import type { TraceFact } from "../workload/span-workload.ts";
import type { QueryApi, SearchConditions } from "./query-api.ts";

export interface Question {
  readonly path: string;
  /** What is wrong with the answer; undefined = nothing. */
  readonly check: (body: Buffer) => string | undefined;
}

export interface QueryCase {
  readonly name: string;
  readonly target?: TargetId;
  /** Undefined: no more questions of this kind. */
  readonly ask: (n: number) => Question | undefined;
}

export interface StoredData {
  readonly facts: readonly TraceFact[];
  readonly giants: readonly { readonly traceId: string; readonly spans: number }[];
  readonly startMillis: number;
  readonly endMillis: number;
}

const HOUR = 3_600_000;
const NEWEST = 20;
/** One of 10,000 spans takes up to 0.4 s beside ingest, one of 100,000 up to 3 s. */
const giantRepeats = (spans: number): number => (spans < 100_000 ? 40 : 10);
/** Every trace has a span of it: its root. */
const ROOT_SERVICE = "frontend";

export function queryCases(api: QueryApi, data: StoredData, random: Random): QueryCase[] {
  const { facts, giants, startMillis, endMillis } = data;
  const span = endMillis - startMillis;
  const operations = operationNames();
  const everything = { startMillis: startMillis - HOUR, endMillis: endMillis + HOUR };
  const search = (conditions: Partial<SearchConditions>, range = everything) =>
    api.searchPath({ anyService: ROOT_SERVICE, limit: NEWEST, ...range, ...conditions });
  /** Newest first from a random moment on: the newest of all would be the same answer each time. */
  const untilSomeTime = () => ({
    ...everything,
    endMillis: Math.round(startMillis + span * (0.1 + 0.9 * random.next())),
  });
  const someTraces = atLeast(api, 1);
  const servicesPath = api.servicesPath(startMillis, endMillis);
  const traceCase = (name: string, traceId: string, spans: number): QueryCase => ({
    name,
    ask: (n) => (n < giantRepeats(spans) ? { path: api.tracePath(traceId), check: exactly(api, spans) } : undefined),
  });
  return [
    {
      name: "trace by id",
      target: "traceById",
      ask: (n) =>
        n < facts.length ? { path: api.tracePath(facts[n].traceId), check: exactly(api, facts[n].spans) } : undefined,
    },
    {
      name: "newest 20 of a service and operation in 1 h",
      target: "newestOfOperation",
      ask: () => {
        const [service, operation] = random.pick(operations);
        const begin = Math.round(startMillis + random.next() * Math.max(0, span - HOUR));
        const range = { startMillis: begin, endMillis: begin + HOUR };
        return { path: search({ service, operation }, range), check: () => undefined };
      },
    },
    {
      name: "rare attribute value over everything: a user, about 7 traces of 10 M spans",
      target: "rareAttribute",
      ask: (n) =>
        n < facts.length
          ? { path: search({ attribute: { key: "user.id", value: facts[n].user } }), check: someTraces }
          : undefined,
    },
    {
      name: "rare attribute value over everything: a message id, one trace",
      target: "rareAttribute",
      ask: (n) => {
        if (n >= facts.length) return undefined;
        const attribute = { key: "messaging.message.id", value: facts[n].messageId };
        return { path: search({ attribute, anyService: facts[n].messageService }), check: someTraces };
      },
    },
    {
      name: "absent attribute value over everything",
      target: "rareAttribute",
      ask: () => ({
        path: search({ attribute: { key: "user.id", value: `user-${60_000 + random.below(39_999)}` } }),
        check: (body) => (api.countTraces(body) === 0 ? undefined : "traces of a user who does not exist"),
      }),
    },
    {
      name: "longer than 250 to 500 ms, newest 20",
      target: "slowOrFailed",
      ask: () => ({
        path: search({ minDurationMillis: 250 + random.below(250) }, untilSomeTime()),
        check: () => undefined,
      }),
    },
    {
      name: "errors only, newest 20",
      target: "slowOrFailed",
      ask: () => ({ path: search({ errorsOnly: true }, untilSomeTime()), check: () => undefined }),
    },
    ...(servicesPath === undefined
      ? []
      : [
          {
            name: "services page, all of the time",
            target: "redPage" as const,
            ask: (n: number) => ({
              path: api.servicesPath(startMillis - n * 1000, endMillis) ?? servicesPath,
              check: (body: Buffer) => (body.length > 1000 ? undefined : "a services page without services"),
            }),
          },
        ]),
    ...giants.map(({ traceId, spans }) => traceCase(`trace of ${spans.toLocaleString("en")} spans`, traceId, spans)),
  ];
}

function exactly(api: QueryApi, spans: number): (body: Buffer) => string | undefined {
  return (body) => {
    const found = api.countSpans(body);
    return found === spans ? undefined : `a trace of ${found} spans that has ${spans}`;
  };
}

function atLeast(api: QueryApi, traces: number): (body: Buffer) => string | undefined {
  return (body) => (api.countTraces(body) >= traces ? undefined : `fewer than ${traces} traces`);
}
