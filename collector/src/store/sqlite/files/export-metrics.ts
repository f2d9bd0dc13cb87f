/**
 * Every series of a store as lines of JSON, in the form that other time-series databases import, also beside a running collector:
 *
 *   {"metric":{"__name__":"up","job":"x"},"values":[1,null],"timestamps":[1767225600000,1767225615000]}
 *
 * A series has a line for each block it is in, and one for what is in the journal only. null = no number: a staleness marker ("stale" names
 * their places), or a histogram ("histograms" has them by place). The journal is read first, then the catalogue, as in export-records.ts.
 */
import { recordOf, labelValue, type Labels } from "../../../model/labels.ts";
import { isDamage } from "../damage.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { SampleJoiner } from "../metrics/join-samples.ts";
import { MetricBlockReader } from "../metrics/metric-block-reader.ts";
import { MetricCache } from "../metrics/metric-cache.ts";
import { MetricHead } from "../metrics/metric-head.ts";
import { KIND, type SeriesSamples } from "../metrics/open-samples.ts";
import { batchOf } from "../metrics/open-metrics.ts";
import { unpackSeries } from "../metrics/packed-series.ts";
import { intersect, labelsOfSelected, selectInPartition } from "../metrics/series-selection.ts";
import type { ExportFilter, ExportProgress } from "./export-records.ts";
import { readJournal } from "./export-records.ts";
import { PartitionSurvey } from "./partition-survey.ts";
import { isGone, type StoreFiles } from "./store-files.ts";

const CACHE_BYTES = 16 * 1024 * 1024;

export interface MetricExport {
  readonly progress: ExportProgress;
  /** @param onDamage a part that cannot be read is left out */
  lines(
    onDamage: (part: string, problem: string) => void,
  ): Generator<{ readonly line: string; readonly samples: number }>;
}

/** @param filter its service is the series' job */
export function exportMetrics(files: StoreFiles, { range, service }: ExportFilter): MetricExport {
  const progress = { done: 0, total: 0 };
  const millis = { start: Number(range.start / 1_000_000n), end: Number(range.end / 1_000_000n) };
  const joiner = new SampleJoiner(millis);
  const isWanted = (labels: Labels) => service === undefined || labelValue(labels, "job") === service;
  function* lines(onDamage: (part: string, problem: string) => void) {
    const journaled = readJournal(files, "metrics");
    let covered = 0;
    const surveys: PartitionSurvey[] = [];
    try {
      for (const path of files.partitions().reverse()) {
        try {
          const survey = new PartitionSurvey(path);
          if (surveys.push(survey) === 1) survey.holdMoment();
          covered = Math.max(covered, survey.covered("metrics"));
        } catch (error) {
          if (!isGone(error)) onDamage(files.nameOf(path), (error as Error).message);
        }
      }
      const blocks = surveys.map(({ metrics }) => metrics.blocks(Number.MAX_SAFE_INTEGER, millis));
      progress.total = blocks.flat().length;
      for (const [i, survey] of surveys.entries()) {
        const cache = new MetricCache(CACHE_BYTES);
        for (const block of blocks[i]) {
          try {
            const selection = selectInPartition(survey.metrics, cache, []);
            const reader = new MetricBlockReader(survey.metrics, cache, block);
            const places: [number, number][] = [];
            intersect(selection.ids, reader.directory.ids, (at, place) => void places.push([at, place]));
            for (const [at, place] of places) {
              const labels = labelsOfSelected(selection, at);
              const cut = isWanted(labels) ? joiner.cut(reader.samples(place)) : undefined;
              if (cut) yield lineOf(labels, cut);
            }
          } catch (error) {
            if (!isDamage(error)) throw error;
            onDamage(`${files.nameOf(survey.path)} block ${block}`, (error as Error).message);
          }
          progress.done++;
        }
        survey.close();
      }
      const open = journaled.filter(({ sequence }) => sequence > covered);
      for (const { labels, samples } of openSeries(open, millis, onDamage))
        if (labels && isWanted(labels)) yield lineOf(labels, samples);
    } finally {
      for (const survey of surveys) survey.close();
    }
  }
  return { progress, lines };
}

function openSeries(
  records: readonly JournalRecord[],
  range: { readonly start: number; readonly end: number },
  onDamage: (part: string, problem: string) => void,
): readonly { readonly labels: Labels | undefined; readonly samples: SeriesSamples }[] {
  const head = new MetricHead(1, { maxSeries: 0, maxSeriesPerJob: 0 });
  const seen = new Set<string>();
  for (const record of records) {
    // A request that was refused when its sync failed may lie there twice.
    const digest = Buffer.from(record.digest).toString("hex");
    if (seen.has(digest)) continue;
    seen.add(digest);
    try {
      head.append(batchOf(record));
    } catch (error) {
      onDamage(`journal record ${record.sequence}`, (error as Error).message);
    }
  }
  const { samples } = head.answer({ kind: "samples", matchers: [], range });
  return samples ? unpackSeries(samples) : [];
}

function lineOf(labels: Labels, { timestamps, values, kinds, histograms }: SeriesSamples) {
  const numbers = Array.from(values, (value, i) => (kinds && kinds[i] !== KIND.float ? null : jsonNumber(value)));
  const stale = kinds ? [...kinds.keys()].filter((i) => kinds[i] === KIND.stale) : [];
  const record = {
    metric: recordOf(labels),
    values: numbers,
    timestamps: [...timestamps],
    ...(stale.length > 0 && { stale }),
    ...(histograms && { histograms: Object.fromEntries([...histograms.entries()].filter(([, each]) => each)) }),
  };
  return { line: `${JSON.stringify(record)}\n`, samples: timestamps.length };
}

/** JSON has no word for these; importers know the texts. */
function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
