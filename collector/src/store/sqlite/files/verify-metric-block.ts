/** One block of metrics held against itself: every part decoded, the catalogue's row and the partition's labels against it. */
import { decodeExemplars } from "../metrics/block/exemplar-codec.ts";
import { CorruptionError } from "../block/section.ts";
import { MetricBlockReader } from "../metrics/metric-block-reader.ts";
import { MetricCache } from "../metrics/metric-cache.ts";
import type { PartitionSurvey, SurveyedBlock } from "./partition-survey.ts";
import type { Finding } from "./verify-block.ts";

/** Each part is used once, in order. */
const CACHE_BYTES = 8 * 1024 * 1024;

export function verifyMetricBlock(survey: PartitionSurvey, block: SurveyedBlock): Finding[] {
  const findings: Finding[] = [];
  const tryTo = (part: string, check: () => void) => {
    try {
      check();
    } catch (error) {
      findings.push({ part, problem: (error as Error).message });
    }
  };
  const { metrics } = survey;
  tryTo("exemplars", () => {
    const bytes = metrics.exemplars(block.id);
    if (bytes) decodeExemplars(bytes);
  });
  tryTo("series", () => {
    const reader = new MetricBlockReader(metrics, new MetricCache(CACHE_BYTES), block.id);
    const { ids, axisOf, axisCounts, firstTimes, lastTimes } = reader.directory;
    tryTo("catalogue row", () =>
      compare([
        ["series", block.trace_count, ids.length],
        ["samples", block.record_count, axisOf.reduce((sum, axis) => sum + axisCounts[axis], 0)],
        ["min_time_micros", block.min_time_micros, firstTimes.reduce((a, b) => Math.min(a, b), Infinity) * 1000],
        ["max_time_micros", block.max_time_micros, lastTimes.reduce((a, b) => Math.max(a, b), -Infinity) * 1000],
      ]),
    );
    tryTo("labels", () => {
      const last = metrics.pages().at(-1);
      const known = last ? last.firstId + last.count - 1 : 0;
      if (ids.length > 0 && ids[ids.length - 1] > known)
        throw new CorruptionError(`series ${ids[ids.length - 1]} has no labels`);
    });
    for (let place = 0; place < ids.length; place++) {
      const { timestamps } = reader.samples(place);
      for (let i = 1; i < timestamps.length; i++)
        if (!(timestamps[i] > timestamps[i - 1]))
          throw new CorruptionError(`the times of series ${ids[place]} do not rise`);
    }
  });
  return findings;
}

/** Labels of all series of a partition. @throws CorruptionError */
export function verifyPages({ metrics }: PartitionSurvey): number {
  const cache = new MetricCache(CACHE_BYTES);
  let next = 1;
  for (const { firstId, count } of metrics.pages()) {
    if (firstId !== next) throw new CorruptionError(`series ${next} to ${firstId - 1} have no page`);
    if (cache.page(metrics, firstId, count).count !== count)
      throw new CorruptionError(`page ${firstId} does not hold ${count} series`);
    next = firstId + count;
  }
  return next - 1;
}

function compare(pairs: readonly (readonly [string, number, number])[]): void {
  const wrong = pairs.filter(([, stored, actual]) => stored !== actual);
  if (wrong.length > 0)
    throw new CorruptionError(
      wrong.map(([what, stored, actual]) => `${what}: ${stored} instead of ${actual}`).join(", "),
    );
}
