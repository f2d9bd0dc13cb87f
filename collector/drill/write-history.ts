/**
 * Two weeks of a shop that was healthy, as remote write 1.0: counters grow as they were learnt to, with the rhythm of the shop's day and
 * week and with chance, the same for all series of an operation, so that shares and lengths stay. Every five minutes, in the last day
 * every 15 s.
 */
import { compress } from "snappyjs";
import { dayFactor } from "../../demo-services/src/load/day-curve.ts";
import type { LearntSeries } from "./learn-series.ts";

const DAY_MILLIS = 86_400_000;
const FINE_MILLIS = 15_000;
const COARSE_MILLIS = 300_000;
/** Some 1 MB: a small part of what a collector of 128 MiB has in work at once. */
const SAMPLES_PER_REQUEST = 50_000;
const MOST_TRIES = 100;

export interface HistoryRequest {
  readonly web: string;
  readonly series: readonly LearntSeries[];
  readonly endMillis: number;
  readonly days: number;
  readonly onProgress: (share: number) => void;
}

/** Resolves with the samples written. */
export async function writeHistory({ web, series, endMillis, days, onProgress }: HistoryRequest): Promise<number> {
  const times = timesOf(endMillis, days);
  const perRequest = Math.max(1, Math.floor(SAMPLES_PER_REQUEST / times.length));
  for (let first = 0; first < series.length; first += perRequest) {
    const part = series.slice(first, first + perRequest);
    await send(web, Buffer.concat(part.map((one) => seriesBytes(one, times, endMillis))));
    onProgress(Math.min(1, (first + perRequest) / series.length));
  }
  return series.length * times.length;
}

function timesOf(end: number, days: number): number[] {
  const times: number[] = [];
  for (let at = end - days * DAY_MILLIS; at < end - DAY_MILLIS; at += COARSE_MILLIS) times.push(at);
  for (let at = end - DAY_MILLIS; at <= end; at += FINE_MILLIS) times.push(at);
  return times;
}

async function send(web: string, message: Buffer, tries = MOST_TRIES): Promise<void> {
  const response = await post(web, message);
  if (!response || response.status === 429 || response.status === 503) {
    const seconds = Number(response?.headers.get("retry-after")) || 1;
    if (tries === 0) throw new Error("cannot write history: the collector does not take it");
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return send(web, message, tries - 1);
  }
  if (!response.ok) throw new Error(`cannot write history: ${response.status} ${await response.text()}`);
}

/** Undefined when the connection was cut: who is refused early cannot always read why. */
async function post(web: string, message: Buffer): Promise<Response | undefined> {
  const request = fetch(`${web}/prometheus/api/v1/write`, {
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    body: new Uint8Array(compress(message)),
  });
  return request.catch(() => undefined);
}

/** A TimeSeries as a field of a WriteRequest. https://prometheus.io/docs/specs/prw/remote_write_spec/ */
function seriesBytes({ labels, isCounter, level }: LearntSeries, times: readonly number[], now: number): Buffer {
  const names = Object.keys(labels).sort();
  const head = names.map((name) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(labels[name]))])),
  );
  const samples = Buffer.alloc(times.length * SAMPLE_BYTES);
  const subject = seedOf(
    `${labels.service_name ?? labels.client ?? labels.job ?? ""} ${labels.span_name ?? labels.server ?? ""}`,
  );
  const usual = dayFactor(now);
  let total = 0;
  let size = 0;
  for (const [i, at] of times.entries()) {
    const seconds = i === 0 ? 0 : (at - times[i - 1]) / 1000;
    const chance = 1 + 0.25 * noise(subject, at) * Math.sqrt(15 / Math.max(15, seconds));
    if (isCounter) total += level * seconds * (dayFactor(at) / usual) * chance;
    const value = isCounter ? total : level * (1 + 0.02 * noise(subject, at));
    size = putSample(samples, size, value, at);
  }
  return field(1, Buffer.concat([...head, samples.subarray(0, size)]));
}

/** Tag, length, tag, eight bytes, tag, up to ten. */
const SAMPLE_BYTES = 22;

function putSample(target: Buffer, at: number, value: number, millis: number): number {
  const time = varint(millis);
  target[at] = 0x12;
  target[at + 1] = 1 + 8 + 1 + time.length;
  target[at + 2] = 0x09;
  target.writeDoubleLE(value, at + 3);
  target[at + 11] = 0x10;
  target.set(time, at + 12);
  return at + 12 + time.length;
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), Buffer.from(varint(bytes.length)), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  while (value >= 0x80) {
    bytes.push((value % 0x80) | 0x80);
    value = Math.floor(value / 0x80);
  }
  return [...bytes, value];
}

function seedOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** From -1 to 1, near 0 mostly; the same for the same subject and time. */
function noise(subject: number, at: number): number {
  let sum = 0;
  for (let i = 1; i <= 3; i++) {
    let hash =
      Math.imul(subject ^ Math.imul(Math.floor(at / 1000), 2654435761) ^ Math.imul(i, 40503), 2246822519) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 3266489917) >>> 0;
    sum += (hash ^ (hash >>> 16)) >>> 0;
  }
  return (sum / 2 ** 32 / 3) * 2 - 1;
}
