/** A block's exemplars: | layout u8 = 1 | count | per exemplar: series | time | value f64 | labels | label texts … | in order of arrival. */
import type { Exemplar } from "../../../../model/metric-facts.ts";
import { CorruptionError } from "../../block/section.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";

const LAYOUT = 1;
const MOST = 10_000_000;

export interface StoredExemplar {
  /** The partition's number of its series. */
  readonly series: number;
  readonly exemplar: Exemplar;
}

export function encodeExemplars(exemplars: readonly StoredExemplar[]): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(LAYOUT).varint(exemplars.length);
  for (const { series, exemplar } of exemplars) {
    writer.varint(series).double(exemplar.timestampMillis).double(exemplar.value).varint(exemplar.labels.length);
    for (const text of exemplar.labels) writer.text(text);
  }
  return writer.finish();
}

/** @throws CorruptionError */
export function decodeExemplars(bytes: Uint8Array): StoredExemplar[] {
  const reader = new ByteReader(bytes);
  const layout = reader.u8();
  if (layout !== LAYOUT) throw new CorruptionError(`exemplar layout ${layout} is unknown to this version of Goldspan`);
  const exemplars: StoredExemplar[] = [];
  for (let left = reader.count(MOST); left > 0; left--) {
    const series = reader.varint();
    const timestampMillis = reader.double();
    const value = reader.double();
    const labels: string[] = [];
    for (let texts = reader.count(bytes.length); texts > 0; texts--) labels.push(reader.text());
    exemplars.push({ series, exemplar: { labels, value, timestampMillis } });
  }
  return exemplars;
}
