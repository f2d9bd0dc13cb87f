/** The PromQL row: `sum by (…) (rate(x[5m]))` over all series of one metric, over Prometheus' HTTP API, timed to the last byte. */
import { HttpConnection, type Address } from "../load/http-connection.ts";
import { quantile } from "../load/tally.ts";
import { QUERIED_METRIC, type MetricForm } from "../workload/metric-workload.ts";

export interface PromqlFigure {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
  /** The first answer that was wrong. */
  readonly wrong: string | undefined;
}

export interface PromqlSubject {
  readonly address: Address;
  /** Before /api/v1. */
  readonly prefix: string;
  readonly form: MetricForm;
  readonly startMillis: number;
  readonly endMillis: number;
}

const STEP_SECONDS = 60;
const LABELS: Readonly<Record<MetricForm, readonly string[]>> = {
  otlp: ["http_route", "http_response_status_code", "instance", "job"],
  remote_write: ["route", "code", "instance", "job"],
};

/** Of each question `count`, each with an end of its own, so that nothing is answered from memory of the one before. */
export async function measurePromql(subject: PromqlSubject, count: number): Promise<PromqlFigure[]> {
  const connection = new HttpConnection(subject.address);
  const kept = (subject.endMillis - subject.startMillis) / 3_600_000;
  try {
    return [
      await measure(
        connection,
        subject,
        count,
        `1,000 series, ${Math.min(6, Math.round(kept))} h, step 60 s`,
        (label) => ({
          query: `sum by (${label}) (rate(${QUERIED_METRIC}[5m]))`,
          hours: 6,
        }),
      ),
      await measure(connection, subject, count, "1,000 series, the last hour", (label) => ({
        query: `sum by (${label}) (rate(${QUERIED_METRIC}[5m]))`,
        hours: 1,
      })),
    ];
  } finally {
    connection.close();
  }
}

async function measure(
  connection: HttpConnection,
  { prefix, form, startMillis, endMillis }: PromqlSubject,
  count: number,
  name: string,
  question: (label: string) => { query: string; hours: number },
): Promise<PromqlFigure> {
  const times: number[] = [];
  let wrong: string | undefined;
  for (let n = 0; n < count; n++) {
    const { query, hours } = question(LABELS[form][n % LABELS[form].length]);
    const end = Math.floor(endMillis / 1000) - n;
    const start = Math.max(Math.ceil(startMillis / 1000), end - hours * 3600);
    const parameters = new URLSearchParams({
      query,
      start: String(start),
      end: String(end),
      step: String(STEP_SECONDS),
    });
    const started = performance.now();
    const response = await connection.get(`${prefix}/api/v1/query_range?${parameters.toString()}`);
    times.push(performance.now() - started);
    const text = response?.body.toString() ?? "";
    if (response?.status !== 200 || !text.includes('"values"')) wrong ??= `${response?.status}: ${text.slice(0, 200)}`;
  }
  const sorted = Float64Array.from(times).sort();
  return { name, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), count, wrong };
}
