/** What annotations say, in Prometheus' words, which people search for. */

const named = (message: string, metric: string) => (metric === "" ? message : `${message} for metric name "${metric}"`);

export const badBucketLabel = (label: string, metric: string) =>
  named(`bucket label "le" is missing or has a malformed value of "${label}"`, metric);
export const mixedFloatsHistograms = (metric: string) =>
  `encountered a mix of histograms and floats for metric name "${metric}"`;
export const mixedInAggregation = "encountered a mix of histograms and floats for aggregation";
export const mixedClassicNative = (metric: string) =>
  named("vector contains a mix of classic and native histograms", metric);
export const notCounter = (metric: string) => `this native histogram metric is not a counter: "${metric}"`;
export const notGauge = (metric: string) => `this native histogram metric is not a gauge: "${metric}"`;
export const mixedSchemas = (metric: string) =>
  `vector contains a mix of histograms with exponential and custom buckets schemas for metric name "${metric}"`;
export const possibleNonCounter = (metric: string) =>
  `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "${metric}"`;
export const possibleNonCounterType = (metric: string, type: string) =>
  `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got "${type}": "${metric}"`;
export const forcedMonotonicity = (metric: string) =>
  named(
    "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)",
    metric,
  );
export const ignoredInAggregation = (aggregation: string) => `ignored histogram in ${aggregation} aggregation`;
export const ignoredInMixedRange = (metric: string) =>
  `ignored histograms in a range containing both floats and histograms for metric name "${metric}"`;
export const invalidQuantile = (q: number) => `quantile value should be between 0 and 1, got ${goNumber(q)}`;
export const invalidRatio = (ratio: number, to: number) =>
  `ratio value should be between -1 and 1, got ${goNumber(ratio)}, capping to ${goNumber(to)}`;
export const incompatibleTypes = (operator: string, left: string, right: string) =>
  `incompatible sample types encountered for binary operator "${operator}": ${left} ${operator} ${right}`;
export const incompatibleLayout = (operator: string) =>
  `incompatible bucket layout encountered for binary operator ${operator}`;
export const resetsCollide = (operation: "addition" | "subtraction" | "aggregation") =>
  `conflicting counter resets during histogram ${operation}`;
export const boundsReconciled = (operation: "addition" | "subtraction" | "aggregation") =>
  `mismatched custom buckets were reconciled during ${operation}`;
export const sortInRange = "sort is ineffective for range queries since results are always ordered by labels";
export const startTimeOverlap = (metric: string) =>
  `sample has start time that overlaps with previous sample timestamp for metric "${metric}"`;
export const nanResult = (metric: string) =>
  named("input to histogram_quantile has NaN observations, result is NaN", metric);
export const nanSkew = (metric: string) =>
  named("input to histogram_quantile has NaN observations, result is skewed higher", metric);
export const nanFraction = (metric: string) =>
  named("input to histogram_fraction has NaN observations, which are excluded from all fractions", metric);

function goNumber(value: number): string {
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
}
