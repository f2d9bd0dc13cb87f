/** Values -> SVG paths of a line and of the area below it. null values leave a gap; a value alone between gaps becomes a short dash. */
export function linePaths(
  values: readonly (number | null)[],
  top: number,
  width: number,
  height: number,
): { line: string; area: string } {
  const step = values.length > 1 ? width / (values.length - 1) : width;
  let line = "";
  let area = "";
  let from = -1;
  for (let index = 0; index <= values.length; index++) {
    const value = index < values.length ? values[index] : null;
    if (value !== null && from < 0) from = index;
    if (value !== null || from < 0) continue;
    const points = values.slice(from, index).map((value, offset) => {
      const y = height - Math.min(1, (value ?? 0) / top) * (height - 1);
      return `${((from + offset) * step).toFixed(2)} ${y.toFixed(2)}`;
    });
    if (points.length === 1) points.push(`${((from + 0.4) * step).toFixed(2)} ${points[0].split(" ")[1]}`);
    line += `M${points.join("L")}`;
    area += `M${(from * step).toFixed(2)} ${height}L${points.join("L")}L${points[points.length - 1].split(" ")[0]} ${height}z`;
    from = -1;
  }
  return { line, area };
}
