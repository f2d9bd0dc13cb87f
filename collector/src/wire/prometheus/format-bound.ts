/**
 * Numbers as label values of `le` and `quantile`, in the one way Prometheus 3 stores them whatever the target wrote
 * (https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values): 1.0, 0.005, 1e+06, +Inf.
 */

/** Go's shortest %g, with a point where there would be none. */
export function formatBound(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const [mantissa, exponentText] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) {
    const text = String(value);
    return text.includes(".") ? text : `${Object.is(value, -0) ? "-0" : text}.0`;
  }
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
}
