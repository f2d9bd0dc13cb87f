/** Asks one question after the other over HTTP, as one user's browser does, and times each to its last byte. Answers are checked. */
import { HttpConnection } from "../load/http-connection.ts";
import { quantile } from "../load/tally.ts";
import type { TargetId } from "../report/targets.ts";
import type { QueryApi } from "./query-api.ts";
import type { QueryCase } from "./query-cases.ts";

export interface QueryFigure {
  readonly name: string;
  readonly target: TargetId | undefined;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** All of them, ascending. */
  readonly millis: Float64Array;
  /** Median size of an answer. */
  readonly bytes: number;
  /** Answers that were wrong, and what was wrong with the first. */
  readonly wrong: number;
  readonly firstWrong: string | undefined;
}

export interface QueryBounds {
  readonly count: number;
  /** Per kind. */
  readonly seconds: number;
}

export async function measureQueries(
  api: QueryApi,
  cases: readonly QueryCase[],
  { count, seconds }: QueryBounds,
): Promise<QueryFigure[]> {
  const { host, port } = api;
  const connection = new HttpConnection({ host, port });
  const figures: QueryFigure[] = [];
  try {
    for (const { name, target, ask } of cases) {
      const millis: number[] = [];
      const sizes: number[] = [];
      const wrong: string[] = [];
      const end = performance.now() + seconds * 1000;
      for (let n = 0; n < count && performance.now() < end; n++) {
        const question = ask(n);
        if (!question) break;
        const started = performance.now();
        const response = await connection.get(question.path);
        millis.push(performance.now() - started);
        sizes.push(response?.body.length ?? 0);
        const problem =
          response === undefined
            ? "no answer"
            : response.status !== 200
              ? `status ${response.status}: ${response.body.toString().slice(0, 200)}`
              : question.check(response.body);
        if (problem !== undefined) wrong.push(`${problem} (${question.path})`);
      }
      const sorted = Float64Array.from(millis).sort();
      figures.push({
        name,
        target,
        ...latencyOf(sorted),
        bytes: quantile(Float64Array.from(sizes).sort(), 0.5),
        wrong: wrong.length,
        firstWrong: wrong[0],
      });
    }
  } finally {
    connection.close();
  }
  return figures;
}

/** The same questions at two times as if they were asked at one: what lies between them is compared with both. */
export function poolLatencies(first: QueryFigure, second: QueryFigure): QueryFigure {
  return { ...first, ...latencyOf(Float64Array.from([...first.millis, ...second.millis]).sort()) };
}

/** @param millis ascending */
function latencyOf(millis: Float64Array): Pick<QueryFigure, "count" | "p50" | "p95" | "p99" | "millis"> {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(millis, q));
  return { count: millis.length, p50, p95, p99, millis };
}
