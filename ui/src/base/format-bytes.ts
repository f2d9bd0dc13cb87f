/** Sizes as text: three significant digits and a binary unit (12.4 MiB), as the budgets in the configuration are written. */
import { formatSignificant, NARROW_SPACE, NO_VALUE } from "./format-number.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || Number.isNaN(bytes)) return NO_VALUE;
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${formatSignificant(value)}${NARROW_SPACE}${UNITS[unit]}`;
}
