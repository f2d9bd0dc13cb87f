/** Latencies of reads over HTTP, as a user's browser asks them: warm, one after the other. */

export interface QueryRow {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

const REPEATS = 40;

/** @param traceIds of traces that are stored */
export async function measureQueries(web: string, traceIds: readonly string[]): Promise<QueryRow[]> {
  const rows: readonly (readonly [name: string, path: (n: number) => string])[] = [
    ["trace by id", (n) => `/api/v1/traces/${traceIds[(n * 7) % traceIds.length]}`],
    [
      "newest 20 by service and operation",
      () => `/api/v1/traces?service=checkout&operation=${encodeURIComponent("GET /checkout/:id")}&limit=20`,
    ],
    [
      "rare attribute value",
      (n) => `/api/v1/traces?attribute=${encodeURIComponent(`user.id=user-${(n * 997) % 50_000}`)}&limit=20`,
    ],
    ["duration above 200 ms, newest 20", () => "/api/v1/traces?minDuration=200ms&limit=20"],
    ["errors only, newest 20", () => "/api/v1/traces?errors=true&limit=20"],
    ["services page", () => "/api/v1/services"],
  ];
  const results: QueryRow[] = [];
  for (const [name, path] of rows) {
    const millis: number[] = [];
    for (let n = 0; n < REPEATS + 3; n++) {
      const started = performance.now();
      const response = await fetch(web + path(n));
      const body = await response.arrayBuffer();
      if (response.status !== 200 || body.byteLength < 20)
        throw new Error(`${name}: ${response.status} ${Buffer.from(body).toString()}`);
      if (n >= 3) millis.push(performance.now() - started);
    }
    millis.sort((a, b) => a - b);
    results.push({ name, p50: millis[REPEATS / 2], p95: millis[Math.floor(REPEATS * 0.95)], count: REPEATS });
  }
  return results;
}
