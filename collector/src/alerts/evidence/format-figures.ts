/** Figures as they stand in evidence: three digits, with a unit that people say. */

export function formatMillis(millis: number): string {
  if (millis >= 60_000) return `${threeDigits(millis / 60_000)} min`;
  if (millis >= 1000) return `${threeDigits(millis / 1000)} s`;
  return millis >= 1 || millis === 0 ? `${threeDigits(millis)} ms` : `${threeDigits(millis * 1000)} µs`;
}

/** @param share 0 to 1 */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent === 0) return "0 %";
  return percent >= 10 ? `${Math.round(percent)} %` : `${Number(percent.toPrecision(2))} %`;
}

export function formatRate(perSecond: number): string {
  return perSecond >= 100 ? String(Math.round(perSecond)) : String(Number(perSecond.toPrecision(2)));
}

function threeDigits(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
