/** Keys that connectors share: bounds of histograms, and durations the Collector's way. */
import { fail, list, scalar, type Field } from "../../component/config-schema.ts";
import { formatDurationMillis, parseDurationNanos } from "../../base/duration.ts";

/** A duration above 0, read as milliseconds. A bare whole number is nanoseconds, as in the Collector. */
const bound: Field<number> = scalar("duration", {}, (node) => {
  const text = node.kind === "scalar" ? node.text : "";
  const nanos = /^\d+$/.test(text) ? Number(text) : parseDurationNanos(text);
  return nanos !== undefined && nanos > 0
    ? { value: nanos / 1e6 }
    : fail("a duration above 0", "write a number and a unit, as in 5ms, 250ms or 1s");
});

/** In milliseconds. */
export const DEFAULT_BOUNDS: readonly number[] = [
  2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000,
];

/** Upper bounds of a histogram's buckets in milliseconds, undefined when not given. */
export function histogramBounds(doc: string): Field<readonly number[]> {
  const field = list(bound, { doc });
  const written = DEFAULT_BOUNDS.map((millis) => formatDurationMillis(millis));
  return {
    doc: { ...field.doc, default: written, print: (bounds: readonly number[]) => bounds.map(formatDurationMillis) },
    read(node, context) {
      if (node === undefined || node.kind === "null") return DEFAULT_BOUNDS;
      const before = context.issues.length;
      const bounds = field.read(node, context);
      const at = bounds.findIndex((each, i) => i > 0 && each <= bounds[i - 1]);
      if (context.issues.length === before && at > 0)
        context.issues.push({
          at: node.at,
          path: context.path,
          message: `bounds must ascend, and ${formatDurationMillis(bounds[at])} comes after ${formatDurationMillis(bounds[at - 1])}`,
          fix: "write them in ascending order, each once",
        });
      return bounds;
    },
  };
}
