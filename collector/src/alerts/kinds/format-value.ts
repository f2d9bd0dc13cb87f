/** Numbers of alerts for people: three significant digits at most, in the unit that reads best. */

export type MeasureUnit = "ratio" | "seconds" | "per_second" | "bytes" | "count";

export function formatMeasure(value: number, unit: MeasureUnit): string {
  switch (unit) {
    case "ratio":
      return `${digits(value * 100)} %`;
    case "seconds":
      return formatSeconds(value);
    case "per_second":
      return value > 0 && value < 0.1 ? `${digits(value * 60)}/min` : `${digits(value)}/s`;
    case "bytes":
      return formatBytes(value);
    case "count":
      return digits(value);
  }
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size < 0.001) return `${digits(value * 1e6)} µs`;
  if (size < 1) return `${digits(value * 1000)} ms`;
  if (size < 120) return `${digits(value)} s`;
  if (size < 3600) return `${digits(value / 60)} min`;
  return size < 172_800 ? `${digits(value / 3600)} h` : `${digits(value / 86_400)} d`;
}

function formatBytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [size, unit] = [value, 0];
  for (; Math.abs(size) >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${digits(size)} ${units[unit]}`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(size >= 10 ? 3 : 2)));
}
