/**
 * Arithmetic and comparison of two vectors, sample by sample of matching labels.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
 */
import { QueryError } from "../../../base/errors.ts";
import { METRIC_NAME, type Labels } from "../../../model/labels.ts";
import { isComparison, type ArithmeticOperator, type BinaryExpr, type VectorMatching } from "../parse/ast.ts";
import {
  ABSENT,
  ColumnBlock,
  FLOAT,
  HISTOGRAM,
  isEmpty,
  mergeColumns,
  setHistogram,
  type Column,
} from "../run/column.ts";
import {
  dropMetadata,
  filterLabels,
  formatLabels,
  keptLabels,
  labelsKey,
  labelValue,
  withLabel,
} from "../run/labels.ts";
import type { Run } from "../run/run.ts";
import { changesMetric, combineSamples, type Sample } from "./combine-step.ts";
import { matchGroups, type MatchGroup } from "./match-groups.ts";
import { ARITHMETIC, COMPARISON } from "./operators.ts";

export function combineVectors(
  expr: BinaryExpr,
  matching: VectorMatching,
  lhs: readonly Column[],
  rhs: readonly Column[],
  count: number,
  run: Run,
): readonly Column[] {
  // The "one" side is on the right from here on.
  const isSwapped = matching.cardinality === "one-to-many";
  const [many, one] = isSwapped ? [rhs, lhs] : [lhs, rhs];
  const combiner = new Combiner(expr, matching, isSwapped, count, run);
  for (const group of matchGroups(many, one, matching)) {
    run.scope.check();
    combiner.addGroup(group);
  }
  return mergeColumns(combiner.columns());
}

class Combiner {
  readonly #expr: BinaryExpr;
  readonly #matching: VectorMatching;
  readonly #isSwapped: boolean;
  readonly #count: number;
  readonly #run: Run;
  readonly #out: Column[] = [];
  readonly #block: ColumnBlock;
  /** What a missing series on the many (one) side is taken as. */
  readonly #fillMany: number | undefined;
  readonly #fillOne: number | undefined;

  constructor(expr: BinaryExpr, matching: VectorMatching, isSwapped: boolean, count: number, run: Run) {
    this.#expr = expr;
    this.#matching = matching;
    this.#isSwapped = isSwapped;
    this.#count = count;
    this.#run = run;
    this.#block = new ColumnBlock(count);
    // Fill values aren't swapped with the sides.
    this.#fillMany = matching.fill.lhs;
    this.#fillOne = matching.fill.rhs;
  }

  columns(): Column[] {
    return this.#out.filter((column) => !isEmpty(column));
  }

  addGroup({ left: many, right: one }: MatchGroup): void {
    if (many.length === 1 && one.length === 1 && this.#fillMany === undefined && this.#fillOne === undefined) {
      this.#addPair(many[0], one[0]);
      return;
    }
    if (many.length === 0 && this.#fillMany === undefined) {
      this.#checkOneSide(one);
      return;
    }
    if (one.length === 0 && this.#fillOne === undefined) return;
    this.#addSteps(many, one);
  }

  /** The usual case: one series meets one, most often with floats only. */
  #addPair(left: Column, right: Column): void {
    const { op, returnBool } = this.#expr;
    const out = this.#open(left.labels, right.labels, left.dropsName);
    if (left.histograms || right.histograms || op === "</" || op === ">/") {
      for (let i = 0; i < this.#count; i++)
        if (left.present[i] !== ABSENT && right.present[i] !== ABSENT)
          this.#combine(sampleAt(left, i), sampleAt(right, i), out, i);
    } else {
      const [a, b] = this.#isSwapped ? [right.values, left.values] : [left.values, right.values];
      const compare = isComparison(op) ? COMPARISON[op] : undefined;
      const combine = ARITHMETIC[op as ArithmeticOperator];
      for (let i = 0; i < this.#count; i++) {
        if (left.present[i] !== FLOAT || right.present[i] !== FLOAT) continue;
        if (compare) {
          const holds = compare(a[i], b[i]);
          if (!holds && !returnBool) continue;
          out.values[i] = returnBool ? Number(holds) : a[i];
        } else if (combine) out.values[i] = combine(a[i], b[i]);
        out.present[i] = FLOAT;
      }
    }
    this.#out.push(out);
  }

  /** Several series of one signature: at each step at most one may be there on the "one" side. */
  #addSteps(many: readonly Column[], one: readonly Column[]): void {
    const targets = new Targets((left, right) => {
      const shared = this.#sharedLabels((left ?? right ?? many[0]).labels);
      const dropsName = left?.dropsName ?? right?.dropsName ?? false;
      return this.#open(left?.labels ?? shared, right?.labels ?? shared, dropsName);
    });
    const isOneToOne = this.#matching.cardinality === "one-to-one";
    for (let i = 0; i < this.#count; i++) {
      const right = this.#onlyOne(one, i);
      let results = 0;
      const add = (left: Column | undefined) => {
        const target = targets.of(left, right);
        const a = left ? sampleAt(left, i) : { value: this.#fillMany ?? NaN };
        const b = right ? sampleAt(right, i) : { value: this.#fillOne ?? NaN };
        if (!this.#combine(a, b, target.column, i)) return;
        if (isOneToOne ? results > 0 : target.lastStep === i) throw this.#multipleMatches(isOneToOne);
        target.lastStep = i;
        results++;
      };
      if (right || this.#fillOne !== undefined) for (const left of many) if (left.present[i] !== ABSENT) add(left);
      if (right && this.#fillMany !== undefined && results === 0) add(undefined);
    }
    this.#out.push(...targets.columns());
  }

  #multipleMatches(isOneToOne: boolean): QueryError {
    const message = isOneToOne
      ? "many-to-one matching must be explicit (group_left/group_right)"
      : "grouping labels must ensure unique matches";
    const hint = isOneToOne ? "add group_left() or group_right() behind on() or ignoring()" : undefined;
    return new QueryError(`multiple matches for labels: ${message}`, this.#expr.span.start, hint);
  }

  /** @returns whether the samples could be combined at all */
  #combine(left: Sample, right: Sample, out: Column, step: number): boolean {
    const { op, returnBool, span } = this.#expr;
    const a = this.#isSwapped ? right : left;
    const b = this.#isSwapped ? left : right;
    const combined = combineSamples(op, a, b, span.start, this.#run);
    if (!combined) return false;
    if (returnBool) {
      out.present[step] = FLOAT;
      out.values[step] = Number(combined.keeps);
    } else if (combined.keeps && combined.histogram) setHistogram(out, step, combined.histogram);
    else if (combined.keeps) {
      out.present[step] = FLOAT;
      out.values[step] = combined.value;
    }
    return true;
  }

  #onlyOne(one: readonly Column[], step: number): Column | undefined {
    let found: Column | undefined;
    for (const column of one) {
      if (column.present[step] === ABSENT) continue;
      if (found) throw this.#duplicates(found, column);
      found = column;
    }
    return found;
  }

  #checkOneSide(one: readonly Column[]): void {
    if (one.length > 1) for (let i = 0; i < this.#count; i++) this.#onlyOne(one, i);
  }

  #duplicates(a: Column, b: Column): QueryError {
    const group = formatLabels(this.#sharedLabels(b.labels));
    const [first, second] = [formatLabels(a.labels), formatLabels(b.labels)].sort();
    const side = this.#isSwapped ? "left" : "right";
    return new QueryError(
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
      this.#expr.span.start,
    );
  }

  #sharedLabels(labels: Labels): Labels {
    const { on, labels: names } = this.#matching;
    return on ? keptLabels(names, true)(labels) : keptLabels([...names, METRIC_NAME], false)(labels);
  }

  #open(left: Labels, right: Labels, dropsName: boolean): Column {
    const { op, returnBool } = this.#expr;
    const { cardinality, on, labels: names, include } = this.#matching;
    let labels = changesMetric(op) ? dropMetadata(left) : left;
    if (cardinality === "one-to-one") {
      const set = new Set(names);
      labels = filterLabels(labels, (name) => set.has(name) === on);
    }
    for (const name of include) labels = withLabel(labels, name, labelValue(right, name));
    return this.#block.newColumn(labels, dropsName || returnBool);
  }
}

interface Target {
  readonly column: Column;
  /** The last step at which a pair had a result. */
  lastStep: number;
}

/** Where the results of pairs go: pairs whose results have equal labels share a column. Made out once a pair. */
class Targets {
  readonly #open: (left: Column | undefined, right: Column | undefined) => Column;
  readonly #byPair = new Map<Column | undefined, Map<Column | undefined, Target>>();
  readonly #byLabels = new Map<string, Target>();

  constructor(open: (left: Column | undefined, right: Column | undefined) => Column) {
    this.#open = open;
  }

  of(left: Column | undefined, right: Column | undefined): Target {
    let byLeft = this.#byPair.get(right);
    if (!byLeft) this.#byPair.set(right, (byLeft = new Map()));
    let target = byLeft.get(left);
    if (!target) {
      const column = this.#open(left, right);
      const key = labelsKey(column.labels);
      target = this.#byLabels.get(key);
      if (!target) this.#byLabels.set(key, (target = { column, lastStep: -1 }));
      byLeft.set(left, target);
    }
    return target;
  }

  columns(): Column[] {
    return Array.from(this.#byLabels.values(), ({ column }) => column);
  }
}

function sampleAt({ values, present, histograms }: Column, step: number): Sample {
  return { value: values[step], histogram: present[step] === HISTOGRAM ? histograms?.[step] : undefined };
}
