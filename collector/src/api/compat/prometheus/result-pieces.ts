/** What a PromQL query gave, as Prometheus' JSON in pieces of some ten kilobytes: a large matrix is never one string. */
import type { Labels } from "../../../model/labels.ts";
import type { MatrixSeries, QueryValue, VectorSample } from "../../../query/metrics/result.ts";
import type { ExemplarSeries } from "../../../store/store.ts";
import { formatFloat, formatHistogram, formatTime } from "./format-value.ts";

const PIECE_LENGTH = 32 * 1024;

/** @param stats JSON of the member `stats`, where it was asked for */
export function* resultPieces(value: QueryValue, stats?: string): Generator<string> {
  yield `{"resultType":"${value.type}","result":`;
  switch (value.type) {
    case "scalar":
      yield point(value.timestampMillis, `"${formatFloat(value.value)}"`);
      break;
    case "string":
      yield point(value.timestampMillis, JSON.stringify(value.value));
      break;
    case "vector":
      yield* listPieces(value.samples, function* (sample) {
        yield sampleText(sample);
      });
      break;
    case "matrix":
      yield* listPieces(value.series, seriesPieces);
  }
  yield stats === undefined ? "}" : `,"stats":${stats}}`;
}

export function* seriesListPieces(series: readonly Labels[]): Generator<string> {
  yield* listPieces(series, function* (labels) {
    yield labelsText(labels);
  });
}

export function* exemplarPieces(series: readonly ExemplarSeries[]): Generator<string> {
  yield* listPieces(series, function* ({ labels, exemplars }) {
    yield `{"seriesLabels":${labelsText(labels)},"exemplars":`;
    yield* listPieces(exemplars, function* (exemplar) {
      const { value, timestampMillis } = exemplar;
      const rest = `"value":"${formatFloat(value)}","timestamp":${formatTime(timestampMillis)}`;
      yield `{"labels":${labelsText(exemplar.labels)},${rest}}`;
    });
    yield "}";
  });
}

export function labelsText(labels: Labels): string {
  let text = "{";
  for (let i = 0; i < labels.length; i += 2)
    text += `${i === 0 ? "" : ","}${JSON.stringify(labels[i])}:${JSON.stringify(labels[i + 1])}`;
  return `${text}}`;
}

/** A JSON array; small items together make a piece. */
function* listPieces<T>(items: readonly T[], piecesOf: (item: T) => Generator<string>): Generator<string> {
  let piece = "[";
  for (const [i, item] of items.entries()) {
    if (i > 0) piece += ",";
    for (const text of piecesOf(item)) {
      piece += text;
      if (piece.length < PIECE_LENGTH) continue;
      yield piece;
      piece = "";
    }
  }
  yield `${piece}]`;
}

function sampleText({ labels, timestampMillis, value, histogram }: VectorSample): string {
  const [member, text] = histogram ? ["histogram", formatHistogram(histogram)] : ["value", `"${formatFloat(value)}"`];
  return `{"metric":${labelsText(labels)},"${member}":${point(timestampMillis, text)}}`;
}

function* seriesPieces({ labels, timestamps, values, histograms = [] }: MatrixSeries): Generator<string> {
  yield `{"metric":${labelsText(labels)}`;
  const steps = Array.from(timestamps.keys());
  const floats = histograms.length === 0 ? steps : steps.filter((i) => !histograms[i]);
  yield* memberPieces("values", floats, (i) => point(timestamps[i], `"${formatFloat(values[i])}"`));
  const others = steps.filter((i) => histograms[i]);
  yield* memberPieces("histograms", others, (i) => point(timestamps[i], formatHistogram(histograms[i]!)));
  yield "}";
}

/** Absent when there are none. */
function* memberPieces(name: string, steps: readonly number[], text: (step: number) => string): Generator<string> {
  if (steps.length === 0) return;
  yield `,"${name}":`;
  yield* listPieces(steps, function* (step) {
    yield text(step);
  });
}

function point(millis: number, text: string): string {
  return `[${formatTime(millis)},${text}]`;
}
