/** Patterns of lines, counted over time. https://grafana.com/docs/loki/latest/reference/loki-http-api/#patterns-detection */
import { Hono } from "hono";
import { levelOf } from "../../../model/log-field.ts";
import { scanPieces } from "../../../query/logql/run/scan-entries.ts";
import { PatternCounter } from "../../../query/patterns/pattern-counter.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { success } from "./envelope.ts";
import * as parameters from "./parameters.ts";

const MOST_PATTERNS = 300;

export function patternRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().on(["GET", "POST"], "/patterns", async (c) => {
    const form = await parameters.formOf(c);
    const logs = parameters.selector(parameters.text(form, "query"));
    const range = parameters.range(form);
    const stepMillis = parameters.stepMillis(form, range);
    const startMillis = Number(range.start) / 1e6;
    const count = Math.floor((Number(range.end) / 1e6 - startMillis) / stepMillis) + 1;
    const counter = new PatternCounter({ startMillis, stepMillis, count });
    await scanPieces(
      reader,
      logs,
      { range, order: "newest" },
      c.req.raw.signal,
      (piece) => piece && counter.add(piece),
    );
    return success(
      counter.report(MOST_PATTERNS).patterns.map(({ pattern, trend, severityNumber }) => ({
        pattern: pattern.replaceAll("<*>", "<_>"),
        level: levelOf(severityNumber) || "unknown",
        samples: trend.flatMap((lines, i) =>
          lines === 0 ? [] : [[Math.floor((startMillis + i * stepMillis) / 1000), Math.round(lines)]],
        ),
      })),
    );
  });
}
