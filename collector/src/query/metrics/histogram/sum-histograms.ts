/** Sums and means of many histograms, with the rounding errors of every number carried along. */
import type { Buckets } from "../../../model/histogram-buckets.ts";
import { addHistograms, divideHistogram, IncompatibleSchemas, joinHints, scaleHistogram } from "./arithmetic.ts";
import { compensation } from "./kahan.ts";
import { hasCustomBuckets, isSameBounds, type Histogram } from "./histogram.ts";

/** What a sum of histograms has come to: of each number the sum and what rounding took from it. */
export class HistogramSum {
  /** A hint said "reset", another "not_reset". */
  #sawReset = false;
  #sawNoReset = false;
  boundsReconciled = false;
  #sum: Histogram;
  #lost: Histogram | undefined;
  /** Once the sum would run over the largest double: the mean in its place, kept step by step. */
  #isMean = false;
  #count = 1;

  constructor(first: Histogram) {
    this.#sum = first;
    this.#note(first);
  }

  get resetsCollide(): boolean {
    return this.#sawReset && this.#sawNoReset;
  }

  /** Throws IncompatibleSchemas. */
  add(next: Histogram): void {
    this.#count++;
    this.#note(next);
    [this.#sum, this.#lost] = this.#plus(next);
  }

  /** The same for a mean: it never runs over when the mean itself doesn't. Don't mix with add. */
  addToMean(next: Histogram): void {
    this.#count++;
    this.#note(next);
    if (!this.#isMean) {
      const [sum, lost] = this.#plus(next);
      if (!runsOver(sum)) {
        [this.#sum, this.#lost] = [sum, lost];
        return;
      }
      this.#isMean = true;
      this.#scaleState(1 / (this.#count - 1), true);
    }
    this.#scaleState((this.#count - 1) / this.#count, false);
    [this.#sum, this.#lost] = this.#plus(divideHistogram(next, this.#count));
  }

  total(): Histogram {
    return this.#lost ? addHistograms(this.#sum, this.#lost).histogram : this.#sum;
  }

  mean(): Histogram {
    if (this.#isMean) return this.total();
    const sum = divideHistogram(this.#sum, this.#count);
    return this.#lost ? addHistograms(sum, divideHistogram(this.#lost, this.#count)).histogram : sum;
  }

  #scaleState(factor: number, divides: boolean): void {
    const scale = (one: Histogram) =>
      divides ? divideHistogram(one, Math.round(1 / factor)) : scaleHistogram(one, factor);
    this.#sum = scale(this.#sum);
    this.#lost = this.#lost && scale(this.#lost);
  }

  #note({ hint }: Histogram): void {
    if (hint === "reset") this.#sawReset = true;
    if (hint === "not_reset") this.#sawNoReset = true;
  }

  #plus(next: Histogram): [Histogram, Histogram] {
    const sum = this.#sum;
    const lost = this.#lost ?? emptyLike(sum);
    if (hasCustomBuckets(sum) !== hasCustomBuckets(next)) throw new IncompatibleSchemas();
    const { hint } = joinHints(sum.hint, next.hint);
    const isPlain =
      sum.schema === next.schema &&
      sum.zeroThreshold === next.zeroThreshold &&
      isSameBounds(sum.customValues, next.customValues);
    if (!isPlain) {
      // Layouts differ: what rounding took so far goes into the sum first.
      const { histogram, boundsReconciled } = addHistograms(addHistograms(sum, lost).histogram, next);
      if (boundsReconciled) this.boundsReconciled = true;
      const exact = exactScalars(sum, lost, next);
      return [
        { ...histogram, count: exact.count[0], sum: exact.sum[0], hint },
        { ...emptyLike(histogram), count: exact.count[1], sum: exact.sum[1] },
      ];
    }
    const exact = exactScalars(sum, lost, next);
    const [positive, lostPositive] = addExactly(sum.positive, lost.positive, next.positive);
    const [negative, lostNegative] = addExactly(sum.negative, lost.negative, next.negative);
    const zeroCount = sum.zeroCount + next.zeroCount;
    return [
      { ...sum, hint, count: exact.count[0], sum: exact.sum[0], zeroCount, positive, negative },
      {
        ...lost,
        count: exact.count[1],
        sum: exact.sum[1],
        zeroCount: compensation(next.zeroCount, sum.zeroCount, lost.zeroCount, zeroCount),
        positive: lostPositive,
        negative: lostNegative,
      },
    ];
  }
}

function exactScalars(sum: Histogram, lost: Histogram, next: Histogram) {
  const exact = (key: "count" | "sum"): [number, number] => {
    const total = sum[key] + next[key];
    return [total, compensation(next[key], sum[key], lost[key], total)];
  };
  return { count: exact("count"), sum: exact("sum") };
}

function addExactly(a: Buckets, lost: Buckets, b: Buckets): [Buckets, Buckets] {
  const indexes: number[] = [];
  const counts: number[] = [];
  const losses: number[] = [];
  if (a.indexes === b.indexes && a.indexes === lost.indexes) {
    for (let i = 0; i < a.indexes.length; i++) {
      const total = a.counts[i] + b.counts[i];
      losses.push(compensation(b.counts[i], a.counts[i], lost.counts[i], total));
      counts.push(total);
    }
    return [
      { indexes: a.indexes, counts },
      { indexes: a.indexes, counts: losses },
    ];
  }
  let [i, j] = [0, 0];
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = i < a.indexes.length ? a.indexes[i] : Infinity;
    const right = j < b.indexes.length ? b.indexes[j] : Infinity;
    indexes.push(Math.min(left, right));
    if (left < right) {
      counts.push(a.counts[i]);
      losses.push(lost.counts[i++]);
    } else if (right < left) {
      counts.push(b.counts[j++]);
      losses.push(0);
    } else {
      const total = a.counts[i] + b.counts[j];
      counts.push(total);
      losses.push(compensation(b.counts[j++], a.counts[i], lost.counts[i++], total));
    }
  }
  return [
    { indexes, counts },
    { indexes, counts: losses },
  ];
}

function emptyLike(histogram: Histogram): Histogram {
  const empty = ({ indexes }: Buckets): Buckets => ({ indexes, counts: indexes.map(() => 0) });
  return {
    ...histogram,
    count: 0,
    sum: 0,
    zeroCount: 0,
    positive: empty(histogram.positive),
    negative: empty(histogram.negative),
  };
}

function runsOver({ zeroCount, count, sum, positive, negative }: Histogram): boolean {
  const isInfinite = (value: number) => value === Infinity || value === -Infinity;
  return (
    [zeroCount, count, sum].some(isInfinite) || positive.counts.some(isInfinite) || negative.counts.some(isInfinite)
  );
}
