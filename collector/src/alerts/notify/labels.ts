/** Label sets as alerts carry them, and what is made of one: its text, its order, its fingerprint (Prometheus' FNV-1a over sorted pairs). */

export type Labels = Readonly<Record<string, string>>;

/** The value of a label; "" when there is none, as Alertmanager compares them. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name] : "";
}

/** By name, as bytes compare. */
export function sortedLabels(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `{alertname="Down", job="api"}` */
export function formatLabels(labels: Labels): string {
  return `{${sortedLabels(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ")}}`;
}

/** What all label sets have with the same value; empty for none. */
export function commonLabels(sets: readonly Labels[]): Record<string, string> {
  const [first, ...rest] = sets;
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) =>
      rest.every((labels) => Object.hasOwn(labels, name) && labels[name] === value),
    ),
  );
}

const SEPARATOR = 0xff;
const encoder = new TextEncoder();

/** 16 hex digits, the same as Prometheus' and Alertmanager's for the same labels. */
export function fingerprintOf(labels: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const add = (byte: number) => {
    low = (low ^ byte) >>> 0;
    // Times 0x100000001b3 = 2^40 + 0x1b3, in two halves.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  };
  for (const pair of sortedLabels(labels)) {
    for (const text of pair) {
      for (const byte of encoder.encode(text)) add(byte);
      add(SEPARATOR);
    }
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
