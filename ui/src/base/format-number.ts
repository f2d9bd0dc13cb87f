/**
 * Numbers as the UI shows them: three significant digits, the unit beside them after a narrow space that does not break.
 * In: plain numbers in the unit the name says; out: text. null and NaN become a dash.
 */
export const NARROW_SPACE = "\u202f";
export const NO_VALUE = "–";

const SCALES = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Three significant digits without trailing zeros: 12.4, 0.0123, 120. */
export function formatSignificant(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 999.5) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** 950, 1.2 k, 3.45 M. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NO_VALUE;
  for (const [size, suffix] of SCALES) {
    if (Math.abs(value) >= size * 0.9995) return `${formatSignificant(value / size)}${NARROW_SPACE}${suffix}`;
  }
  return formatSignificant(value);
}

/** Groups of three digits, nothing rounded: 12 345. For places where the exact number matters. */
export function formatExact(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
}

export type RateUnit = "s" | "min" | "h";

const SECONDS: Record<RateUnit, number> = { s: 1, min: 60, h: 3600 };

/** The unit in which the largest of some rates reads at least 1: figures of one column or axis share it. */
export function pickRateUnit(largestPerSecond: number): RateUnit {
  if (largestPerSecond >= 1) return "s";
  return largestPerSecond >= 1 / 60 || largestPerSecond === 0 ? "min" : "h";
}

/** What 1 of the unit is per second. */
export function rateUnitSize(unit: RateUnit): number {
  return 1 / SECONDS[unit];
}

/** Events per second, minute or hour; by default in the unit that fits. */
export function formatRate(perSecond: number | null | undefined, unit?: RateUnit): string {
  if (perSecond === null || perSecond === undefined || Number.isNaN(perSecond)) return NO_VALUE;
  const per = unit ?? pickRateUnit(perSecond);
  const text = formatCount(perSecond * SECONDS[per]);
  return text.includes(NARROW_SPACE) ? `${text}/${per}` : `${text}${NARROW_SPACE}/${per}`;
}

/** A share from 0 to 1 as per cent; tiny but real shares read "<0.01 %". */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return NO_VALUE;
  const percent = share * 100;
  if (percent === 0) return `0${NARROW_SPACE}%`;
  if (percent < 0.01) return `<0.01${NARROW_SPACE}%`;
  if (percent < 1) return `${Number(percent.toPrecision(2))}${NARROW_SPACE}%`;
  return `${Number(percent.toPrecision(percent >= 99.95 ? 4 : 3))}${NARROW_SPACE}%`;
}

/** "1 span", "2 spans". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatExact(count)} ${count === 1 ? one : many}`;
}
