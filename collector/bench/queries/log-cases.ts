/**
 * The questions of the log rows, over Goldspan's API: needles that are in one line or in none, pages, counts over everything. What can
 * be asked otherwise each time is; answers are checked.
 */
import type { Random } from "../../test/kit/random.ts";
import type { TargetId } from "../report/targets.ts";
import { ABSENT, NEEDLE } from "../workload/log-workload.ts";
import type { QueryCase } from "./query-cases.ts";

export interface StoredLogs {
  readonly lines: number;
  /** GB as sent, OTLP protobuf. */
  readonly gigabytes: number;
  readonly startMillis: number;
  readonly endMillis: number;
}

export interface LogCase extends QueryCase {
  /** Of a question over all there is: the target is for 10 GB. */
  readonly target?: Extract<TargetId, "logNeedle" | "logAbsent">;
}

const PAGE = 100;
const HOUR = 3_600_000;

export function logCases({ lines, startMillis, endMillis }: StoredLogs, random: Random): LogCase[] {
  const everything = { start: startMillis - HOUR, end: endMillis + HOUR };
  const path = (route: string, query: string, more: Readonly<Record<string, number | string>> = {}) => {
    const parameters = { query, ...everything, ...more };
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(parameters)) search.set(key, String(value));
    return `/api/v1/logs${route}?${search.toString()}`;
  };
  const untilSomeTime = () => ({
    end: Math.round(startMillis + (endMillis - startMillis) * (0.1 + 0.9 * random.next())),
  });
  const found = (count: number) => (body: Buffer) => {
    const { logs } = JSON.parse(body.toString()) as { logs: unknown[] };
    return logs.length === count ? undefined : `${logs.length} lines instead of ${count}`;
  };
  const total = (least: number, most: number) => (body: Buffer) => {
    const answer = JSON.parse(body.toString()) as { total?: number; matched?: number; progress?: number };
    const count = answer.total ?? answer.matched ?? -1;
    if (answer.progress !== undefined && answer.progress !== 1) return `only ${answer.progress} of it`;
    return count >= least && count <= most ? undefined : `${count} lines instead of ${least} to ${most}`;
  };
  /** A value that no line has: other digits each time. */
  const absent = (n: number) => ABSENT.replace(/\d+/, String(10_000_000_000 + n));
  return [
    {
      name: "needle: four words that one line has",
      target: "logNeedle",
      ask: () => ({ path: path("", `"${NEEDLE}"`, { limit: 20 }), check: found(1) }),
    },
    {
      name: "absent needle: words that no line has",
      target: "logAbsent",
      ask: (n) => ({ path: path("", `"${absent(n)}"`, { limit: 20 }), check: found(0) }),
    },
    {
      name: "one absent word",
      ask: (n) => ({ path: path("", `quartz${10_000 + n}`, { limit: 20 }), check: found(0) }),
    },
    {
      name: "an absent attribute or member",
      ask: (n) => ({ path: path("", `user.id:user-x${n}`, { limit: 20 }), check: found(0) }),
    },
    {
      name: `newest ${PAGE} before a moment`,
      ask: () => ({ path: path("", "", { limit: PAGE, ...untilSomeTime() }), check: found(PAGE) }),
    },
    {
      name: `newest ${PAGE} errors of a service before a moment`,
      ask: () => ({
        path: path("", "service:cart level:error", { limit: PAGE, ...untilSomeTime() }),
        check: (body) => (body.length > 100 ? undefined : "no lines"),
      }),
    },
    {
      name: `newest ${PAGE} of an expression before a moment`,
      ask: () => ({
        path: path("", "/duration_ms=9\\d\\d bytes=1/", { limit: PAGE, ...untilSomeTime() }),
        check: (body) => (body.length > 100 ? undefined : "no lines"),
      }),
    },
    {
      name: "histogram by level, everything",
      ask: () => ({ path: path("/summary", "", { buckets: 100 }), check: total(lines, lines) }),
    },
    {
      name: "count by service, everything",
      ask: () => ({ path: path("/table", "| count by service"), check: total(lines, lines) }),
    },
    {
      name: "histogram of a common word (an eighth of the lines)",
      ask: () => ({ path: path("/summary", "payment", { buckets: 100 }), check: total(lines * 0.1, lines * 0.15) }),
    },
    {
      name: "count of an expression, everything",
      ask: () => ({
        path: path("/table", "/duration_ms=9\\d\\d bytes=1/ | count"),
        check: total(lines * 0.0005, lines * 0.003),
      }),
    },
    {
      name: "facets of everything",
      ask: () => ({ path: path("/facets", ""), check: (body) => (body.length > 100 ? undefined : "no facets") }),
    },
  ];
}
