/** Offsets into a query's text as line:column (both from 1), which is how Prometheus writes them. */

export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const lines = before.split("\n");
  // Columns count bytes of UTF-8, as Prometheus' do.
  return `${lines.length}:${Buffer.byteLength(lines.at(-1) ?? "") + 1}`;
}
