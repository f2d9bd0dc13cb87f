/** A histogram as one line, `{count:3, sum:2, (1,2]:3}`, which is how count_values labels it. */
import { hasCustomBuckets, lowerBound, upperBound, type Histogram } from "./histogram.ts";

export function formatHistogram(h: Histogram): string {
  const parts = [`count:${formatG(h.count)}`, `sum:${formatG(h.sum)}`];
  for (let i = h.negative.indexes.length - 1; i >= 0; i--) {
    if (h.negative.counts[i] === 0) continue;
    const index = h.negative.indexes[i];
    parts.push(
      `[${formatG(-upperBound(index, h))},${formatG(-lowerBound(index, h))}):${formatG(h.negative.counts[i])}`,
    );
  }
  if (h.zeroCount !== 0)
    parts.push(`[${formatG(-h.zeroThreshold)},${formatG(h.zeroThreshold)}]:${formatG(h.zeroCount)}`);
  h.positive.indexes.forEach((index, i) => {
    if (h.positive.counts[i] === 0) return;
    const open = hasCustomBuckets(h) && index === 0 ? "[" : "(";
    parts.push(
      `${open}${formatG(lowerBound(index, h))},${formatG(upperBound(index, h))}]:${formatG(h.positive.counts[i])}`,
    );
  });
  return `{${parts.join(", ")}}`;
}

/** As C's %g with all digits: with an exponent from 1e21 on and below 1e-4. */
export function formatG(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  if (Number.isNaN(value)) return "NaN";
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (value !== 0 && (exponent < -4 || exponent >= 21)) {
    const [digits, power] = value.toExponential().split("e");
    return `${digits}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}
