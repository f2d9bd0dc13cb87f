/**
 * The series of one set of labels: `calls` and `duration` together where they have the same, else one set each; `events` has its own. In:
 * spans; out: the series that a span belongs to. A span of a known series costs two look-ups of its bytes, without dimensions mostly none.
 */
import type { RecordGroup } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { ByteInterner } from "../../base/byte-interner.ts";
import { AttributeKeys } from "../series/attribute-keys.ts";
import { createHistogram, type DurationHistogram, type HistogramForm } from "../series/duration-histogram.ts";
import { Exemplars } from "../series/exemplars.ts";
import { ABSENT, SeriesTable, type Owner, type Series } from "../series/series-table.ts";
import { KIND_DIMENSION, NAME_DIMENSION, STATUS_DIMENSION, type Dimension } from "./config.ts";
import { CODE, codeOf, FIRST_DIMENSION, labelsOf, NAME, overflowLabels, SCOPE } from "./span-labels.ts";
import { RecentSeries } from "./recent-series.ts";
import type { ResourceView, Resources } from "./resources.ts";

/** A service, of one resource where resources are told apart. */
export interface SpanOwner extends Owner {
  readonly service: string | undefined;
  /** Encoded attributes of the resource that its metrics belong to. */
  readonly resource: readonly Uint8Array[];
}

export class SpanSeries implements Series<SpanOwner> {
  readonly owner: SpanOwner;
  readonly isOverflow: boolean;
  /** Encoded KeyValues. */
  readonly attributes: readonly Uint8Array[];
  startMillis: number;
  lastSeenMillis: number;
  count = 0;
  readonly histogram: DurationHistogram | undefined;
  readonly exemplars: Exemplars | undefined;

  constructor(
    owner: SpanOwner,
    isOverflow: boolean,
    attributes: readonly Uint8Array[],
    startMillis: number,
    histogram: DurationHistogram | undefined,
    exemplars: Exemplars | undefined,
  ) {
    this.owner = owner;
    this.isOverflow = isOverflow;
    this.attributes = attributes;
    this.startMillis = this.lastSeenMillis = startMillis;
    this.histogram = histogram;
    this.exemplars = exemplars;
  }
}

export interface SpanSeriesOptions {
  readonly dimensions: readonly Dimension[];
  readonly excluded: ReadonlySet<string>;
  /** Scopes whose name and version are labels. */
  readonly scopes: ReadonlySet<string>;
  /** Absent = it only counts. */
  readonly histogram: HistogramForm | undefined;
  /** Exemplars of a point; 0 = none. */
  readonly exemplars: number;
  readonly limit: number;
  readonly maxOwners: number;
  /** Of a series that begins now. */
  readonly startMillis: () => number;
  readonly resources: Resources;
}

/** What all spans of a resource and scope have in common. */
interface GroupFacts {
  readonly owner: SpanOwner;
  /** Texts of the scope's name and version, ABSENT where they are no labels; -1 = new, and there is no room for it. */
  readonly scopeName: number;
  readonly scopeVersion: number;
  /** The same of the dimensions, for spans that lack them. */
  readonly fallbacks: readonly number[];
}

/** Where an encoded KeyValue lies in the batch's bytes. */
export interface KeyValueRange {
  readonly start: number;
  readonly end: number;
}

/** Then the facts of all groups are forgotten and made afresh. */
const MOST_GROUPS = 4096;

export class SpanSeriesSet {
  readonly table: SeriesTable<SpanOwner, SpanSeries>;
  readonly #options: SpanSeriesOptions;
  readonly #keys: AttributeKeys;
  readonly #hasName: boolean;
  readonly #kindFactor: number;
  readonly #statusFactor: number;
  #generation = 0;
  /** Undefined where more than name, kind and status tells series apart. */
  readonly #recent: RecentSeries<SpanSeries> | undefined;
  readonly #groupIds = new ByteInterner(0x165667b1);
  #facts: GroupFacts[] = [];
  /** Facts of the batch's groups, made when a span asks for them. */
  #groups: (GroupFacts | undefined)[] = [];
  #nowMillis = 0;

  constructor(options: SpanSeriesOptions) {
    const { dimensions, excluded, scopes, limit, maxOwners, startMillis, histogram, exemplars } = options;
    this.#options = options;
    this.#keys = new AttributeKeys(dimensions.map(({ name }) => name));
    this.#hasName = !excluded.has(NAME_DIMENSION);
    this.#kindFactor = excluded.has(KIND_DIMENSION) ? 0 : 1;
    this.#statusFactor = excluded.has(STATUS_DIMENSION) ? 0 : 1;
    this.#recent = dimensions.length === 0 && scopes.size === 0 && this.#hasName ? new RecentSeries() : undefined;
    this.table = new SeriesTable({
      codes: 1,
      texts: 3 + dimensions.length,
      limit,
      maxOwners,
      make: (owner, key, texts) =>
        new SpanSeries(
          owner,
          key === undefined,
          key ? labelsOf(options, owner.service ?? "", key, texts) : overflowLabels(owner.service),
          startMillis(),
          histogram && createHistogram(histogram),
          exemplars > 0 ? new Exemplars(exemplars) : undefined,
        ),
    });
  }

  /** To be called with each batch before its spans are asked for. */
  begin(batch: SpanBatch, nowMillis: number): void {
    if (this.#generation !== this.table.generation || this.#facts.length > MOST_GROUPS) {
      this.#generation = this.table.generation;
      this.#groupIds.clear();
      this.#facts = [];
    }
    this.#recent?.begin(batch.bytes, this.table.texts);
    this.#groups = new Array<undefined>(batch.groups.length).fill(undefined);
    this.#nowMillis = nowMillis;
  }

  /** The series of a span. @param event attributes of one of its events: dimensions are looked up there as well */
  seriesOf(batch: SpanBatch, span: number, event?: readonly KeyValueRange[]): SpanSeries {
    const group = batch.group[span];
    const facts = (this.#groups[group] ??= this.#factsOf(batch.groups[group]));
    const code = codeOf(batch.kind[span] * this.#kindFactor, batch.statusCode[span] * this.#statusFactor);
    const recent = this.#recent;
    if (!recent) return this.#lookUp(batch, span, facts, code, event);
    const { owner } = facts;
    const known = recent.find(owner.id, code, batch.bytes, batch.nameOffset[span], batch.nameLength[span]);
    if (known) return known;
    const series = this.#lookUp(batch, span, facts, code, event);
    if (!series.isOverflow) recent.put(owner.id, code, this.table.key[NAME], series);
    return series;
  }

  #lookUp(
    batch: SpanBatch,
    span: number,
    facts: GroupFacts,
    code: number,
    event: readonly KeyValueRange[] | undefined,
  ): SpanSeries {
    const { table } = this;
    const { owner } = facts;
    const mayAdd = table.accepts(owner);
    const name = this.#hasName
      ? table.texts.text(batch.bytes, batch.nameOffset[span], batch.nameLength[span], mayAdd)
      : ABSENT;
    if (name < 0 || facts.scopeName < 0 || facts.scopeVersion < 0) return table.overflowOf(owner);
    const { key } = table;
    key[0] = owner.id;
    key[CODE] = code;
    key[NAME] = name;
    key[SCOPE] = facts.scopeName;
    key[SCOPE + 1] = facts.scopeVersion;
    if (!this.#keys.isEmpty && !this.#putDimensions(batch, span, facts, mayAdd, event)) return table.overflowOf(owner);
    return table.seriesOfKey(owner);
  }

  /** False when a value is new and there is no room for it. */
  #putDimensions(
    batch: SpanBatch,
    span: number,
    { fallbacks }: GroupFacts,
    mayAdd: boolean,
    event: readonly KeyValueRange[] = [],
  ): boolean {
    const keys = this.#keys;
    const { key, texts } = this.table;
    keys.searchSpan(batch, span);
    for (const { start, end } of event) keys.add(start, end);
    for (let d = 0; d < fallbacks.length; d++) {
      const start = keys.starts[d];
      const text = start < 0 ? fallbacks[d] : texts.value(batch.bytes, start, keys.ends[d], mayAdd);
      if (text < 0) return false;
      key[FIRST_DIMENSION + d] = text;
    }
    return true;
  }

  #factsOf(group: RecordGroup): GroupFacts {
    const { resources } = this.#options;
    const id = resources.groupBytes(group);
    const facts = (this.#facts[this.#groupIds.intern(id, 0, id.length)] ??= this.#decodeFacts(resources.view(group)));
    facts.owner.lastSeenMillis = this.#nowMillis;
    return facts;
  }

  #decodeFacts(view: ResourceView): GroupFacts {
    const { table } = this;
    const owner = this.#ownerOf(view);
    const { scopes, dimensions } = this.#options;
    const hasScope = scopes.has(view.scopeName);
    const mayAdd = table.accepts(owner);
    const text = (value: string | undefined) => {
      if (value === undefined) return ABSENT;
      const bytes = Buffer.from(value);
      return table.texts.text(bytes, 0, bytes.length, mayAdd);
    };
    return {
      owner,
      scopeName: text(hasScope ? view.scopeName : undefined),
      scopeVersion: text(hasScope ? view.scopeVersion : undefined),
      fallbacks: dimensions.map(({ name, default: fallback }) => text(view.attribute(name) ?? fallback)),
    };
  }

  #ownerOf({ service, resource, resourceKey }: ResourceView): SpanOwner {
    const ownService = this.#options.excluded.has("service.name") ? "" : service;
    const base = { series: 0, lastSeenMillis: 0 };
    return this.table.owner(
      `${ownService}\0${resourceKey}`,
      (id) => ({ ...base, id, key: `${ownService}\0${resourceKey}`, service: ownService, resource }),
      () => ({ ...base, id: ABSENT, key: "", isOthers: true, service: undefined, resource: [] }),
    );
  }
}
