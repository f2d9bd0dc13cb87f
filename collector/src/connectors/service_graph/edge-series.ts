/** The series of edges: requests from a client to a server, with how many failed and how long they took as either side saw it. */
import { encodeKeyValue } from "../../wire/otlp/any-value.ts";
import { createHistogram, type DurationHistogram, type HistogramForm } from "../series/duration-histogram.ts";
import { Exemplars } from "../series/exemplars.ts";
import type { SeriesClock } from "../series/series-clock.ts";
import { ABSENT, SeriesTable, type Owner, type Series } from "../series/series-table.ts";
import type { TextTable } from "../series/text-table.ts";

/** What a series counts. Numbers, as a name would have to be looked up for each span. */
export const REQUEST = 0;
export const UNPAIRED = 1;
export const DROPPED = 2;
export type Family = typeof REQUEST | typeof UNPAIRED | typeof DROPPED;

/** Connection types, by their labels. */
export const PLAIN = 0;
export const MESSAGING = 1;
export const DATABASE = 2;
export const VIRTUAL = 3;
export type ConnectionType = typeof PLAIN | typeof MESSAGING | typeof DATABASE | typeof VIRTUAL;
const TYPE_LABELS = ["", "messaging_system", "database", "virtual_node"];

/** Which side is no service. */
export const NEITHER = 0;
export const CLIENT = 1;
export const SERVER = 2;
export type VirtualSide = typeof NEITHER | typeof CLIENT | typeof SERVER;
const SIDE_LABELS = ["", "client", "server"];

/** Edges of one client at most: each is some 40 series in a store of Prometheus' kind, and a map of more shows nothing. */
const EDGES_OF_CLIENT = 250;
const MOST_CLIENTS = 10_000;
const EXEMPLARS = 5;

/** A client. */
export interface EdgeOwner extends Owner {
  readonly name: string;
}

/** Where the ids of a span lie. */
export interface SpanIds {
  bytes: Uint8Array;
  traceId: number;
  spanId: number;
}

/** One half of an edge. */
export interface Half {
  /** Text numbers, or ABSENT. */
  node: number;
  /** Where its dimensions lie; undefined = it has none. */
  dimensions: Uint32Array | undefined;
  dimensionsAt: number;
}

/** Durations as one side saw them. */
export interface Side {
  readonly histogram: DurationHistogram;
  readonly exemplars: Exemplars;
}

export class EdgeSeries implements Series<EdgeOwner> {
  readonly owner: EdgeOwner;
  readonly isOverflow: boolean;
  readonly family: Family;
  readonly attributes: readonly Uint8Array[];
  readonly startMillis: number;
  lastSeenMillis: number;
  total = 0;
  failed = 0;
  /** Absent until there is one. */
  server: Side | undefined;
  client: Side | undefined;
  readonly #form: HistogramForm;

  constructor(
    owner: EdgeOwner,
    isOverflow: boolean,
    family: Family,
    attributes: readonly Uint8Array[],
    startMillis: number,
    form: HistogramForm,
  ) {
    this.owner = owner;
    this.isOverflow = isOverflow;
    this.family = family;
    this.attributes = attributes;
    this.startMillis = this.lastSeenMillis = startMillis;
    this.#form = form;
  }

  recordServer(seconds: number, ids: SpanIds, nowMillis: number): void {
    this.server ??= this.#side();
    record(this.server, seconds, ids, nowMillis);
  }

  recordClient(seconds: number, ids: SpanIds, nowMillis: number): void {
    this.client ??= this.#side();
    record(this.client, seconds, ids, nowMillis);
  }

  #side(): Side {
    return { histogram: createHistogram(this.#form), exemplars: new Exemplars(EXEMPLARS) };
  }
}

function record({ histogram, exemplars }: Side, seconds: number, ids: SpanIds, nowMillis: number): void {
  exemplars.offer(ids.bytes, ids.traceId, ids.spanId, seconds, histogram.record(seconds), nowMillis);
}

export interface EdgeTableOptions {
  readonly dimensions: readonly string[];
  readonly hasExtraLabel: boolean;
  readonly form: HistogramForm;
  readonly clock: SeriesClock;
  readonly onRebuild: (translate: (text: number) => number) => void;
}

/** Parts of a key behind the client: code, server, then the dimensions of the client and of the server. */
const CODE = 1;
const SERVER_NODE = 2;
const DIMENSIONS = 3;

interface RecentEdge {
  readonly code: number;
  /** Text numbers. */
  readonly client: number;
  readonly server: number;
  readonly series: EdgeSeries;
}

const RECENT_EDGES = 1024;

function slotOf(code: number, client: number, server: number): number {
  const hash = Math.imul(client * 64 + code, 0x9e3779b1) ^ Math.imul(server, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) & (RECENT_EDGES - 1);
}

export class EdgeTable {
  readonly table: SeriesTable<EdgeOwner, EdgeSeries>;
  readonly #options: EdgeTableOptions;
  /** By the text number of the client's name; made anew with the tables. */
  #owners: (EdgeOwner | undefined)[] = [];
  /** Whose client's name isn't known. */
  #unknown: EdgeOwner | undefined;
  #generation = -1;
  /** Edges met lately, where the dimensions tell none apart: in place of a look-up of the key. */
  #recent: (RecentEdge | undefined)[] = [];

  constructor(options: EdgeTableOptions) {
    this.#options = options;
    this.table = new SeriesTable({
      codes: 1,
      texts: 1 + options.dimensions.length * 2,
      limit: EDGES_OF_CLIENT,
      maxOwners: MOST_CLIENTS,
      make: (owner, key, texts) =>
        new EdgeSeries(
          owner,
          key === undefined,
          key ? ((key[CODE] >> 4) as Family) : REQUEST,
          key ? this.#labels(owner, key, texts) : overflowLabels(owner),
          options.clock.startMillis(),
          options.form,
        ),
      onRebuild: options.onRebuild,
    });
  }

  seriesOf(family: Family, client: Half, server: Half, type: ConnectionType, virtual: VirtualSide): EdgeSeries {
    const code = (family << 4) | (type << 2) | virtual;
    if (this.#generation !== this.table.generation) this.#forget();
    if (this.#options.dimensions.length > 0) return this.#find(code, client, server);
    const slot = slotOf(code, client.node, server.node);
    const recent = this.#recent[slot];
    if (recent && recent.code === code && recent.client === client.node && recent.server === server.node)
      return recent.series;
    const series = this.#find(code, client, server);
    if (!series.isOverflow) this.#recent[slot] = { code, client: client.node, server: server.node, series };
    return series;
  }

  #find(code: number, client: Half, server: Half): EdgeSeries {
    const { table } = this;
    const owner = this.#ownerOf(client.node);
    const { key } = table;
    key[0] = owner.id;
    key[CODE] = code;
    key[SERVER_NODE] = server.node;
    const count = this.#options.dimensions.length;
    for (let d = 0; d < count; d++) {
      key[DIMENSIONS + d] = client.dimensions ? client.dimensions[client.dimensionsAt + d] : ABSENT;
      key[DIMENSIONS + count + d] = server.dimensions ? server.dimensions[server.dimensionsAt + d] : ABSENT;
    }
    return table.seriesOfKey(owner);
  }

  #ownerOf(client: number): EdgeOwner {
    const known = client === ABSENT ? this.#unknown : this.#owners[client];
    return known ?? this.#findOwner(client);
  }

  /** The numbers of texts and owners have changed. */
  #forget(): void {
    this.#generation = this.table.generation;
    this.#owners = [];
    this.#unknown = undefined;
    this.#recent = new Array<undefined>(RECENT_EDGES).fill(undefined);
  }

  /** Apart from the above, as its closures would be made for every span. */
  #findOwner(client: number): EdgeOwner {
    const name = client === ABSENT ? "" : this.table.texts.textOf(client);
    const base = { series: 0, lastSeenMillis: 0 };
    const owner = this.table.owner(
      name,
      (id) => ({ ...base, id, key: name, name }),
      () => ({ ...base, id: ABSENT, key: "", name: "", isOthers: true }),
    );
    if (client === ABSENT) this.#unknown = owner;
    else this.#owners[client] = owner;
    return owner;
  }

  #labels(owner: EdgeOwner, key: Uint32Array, texts: TextTable): Uint8Array[] {
    const text = (id: number) => (id === ABSENT ? "" : texts.textOf(id));
    const labels = [
      encodeKeyValue("client", owner.name),
      encodeKeyValue("server", text(key[SERVER_NODE])),
      encodeKeyValue("connection_type", TYPE_LABELS[(key[CODE] >> 2) & 3]),
    ];
    if (this.#options.hasExtraLabel) labels.push(encodeKeyValue("virtual_node", SIDE_LABELS[key[CODE] & 3]));
    const { dimensions } = this.#options;
    for (const [side, from] of [
      ["client", DIMENSIONS],
      ["server", DIMENSIONS + dimensions.length],
    ] as const)
      dimensions.forEach((name, d) => {
        if (key[from + d] !== ABSENT) labels.push(encodeKeyValue(`${side}_${name}`, text(key[from + d])));
      });
    return labels;
  }
}

function overflowLabels({ name, isOthers }: EdgeOwner): Uint8Array[] {
  const overflow = encodeKeyValue("otel.metric.overflow", "true");
  return isOthers ? [overflow] : [encodeKeyValue("client", name), overflow];
}
