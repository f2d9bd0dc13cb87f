/** Patterns of log records -> what the contract calls WireLogPatterns. */
import { levelOf } from "../../model/log-field.ts";
import type { Pattern } from "../../query/patterns/pattern-counter.ts";
import type { PatternStep } from "../../query/patterns/find-patterns.ts";
import type { WireLogPattern, WireLogPatterns } from "../contract.ts";
import { wireLog } from "./wire-log.ts";

export function wirePatterns(step: PatternStep): WireLogPatterns {
  const { progress, patterns, total, other, sampled, startMillis, stepMillis } = step;
  return { progress, patterns: patterns.map(wirePattern), total, other, sampled, startMillis, stepMillis };
}

function wirePattern({ pattern, count, severityNumber, services, trend, example, query }: Pattern): WireLogPattern {
  return {
    pattern,
    count,
    level: levelOf(severityNumber),
    services: [...services],
    trend: [...trend],
    example: wireLog(example, 0),
    query,
  };
}
