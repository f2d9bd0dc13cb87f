/** Which series a healthy shop makes and how fast they grow: two looks at a running collector. */

export interface LearntSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly isCounter: boolean;
  /** Of a counter its growth a second, else its value. */
  readonly level: number;
}

/** What rules look at: requests, calls between services, processes; the collector itself has a history of its own. */
const NAMES = "traces_span_metrics_.+|traces_service_graph_.+|process_.+|nodejs_.+|shop_.+|http_.+|db_.+|up";
const COUNTER = /_(total|count|sum|bucket)$/;

type Snapshot = ReadonlyMap<string, { readonly labels: Record<string, string>; readonly value: number }>;

export async function learnSeries(web: string, seconds: number): Promise<LearntSeries[]> {
  const before = await snapshot(web);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await snapshot(web);
  return [...after].map(([key, { labels, value }]) => {
    const isCounter = COUNTER.test(labels.__name__) && !labels.__name__.startsWith("up");
    const growth = Math.max(0, value - (before.get(key)?.value ?? 0)) / seconds;
    return { labels, isCounter, level: isCounter ? growth : value };
  });
}

async function snapshot(web: string): Promise<Snapshot> {
  const query = encodeURIComponent(`{__name__=~"${NAMES}",job!="goldspan"}`);
  const response = await fetch(`${web}/prometheus/api/v1/query?query=${query}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: Record<string, string>; value?: [number, string] }[] };
  };
  return new Map(
    data.result.flatMap(({ metric, value }) => {
      const number = Number(value?.[1]);
      return Number.isFinite(number) ? [[JSON.stringify(metric), { labels: metric, value: number }] as const] : [];
    }),
  );
}
