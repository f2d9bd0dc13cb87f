/**
 * Spans -> edges between services: a request is a CLIENT span with its SERVER span, or a PRODUCER with its CONSUMERs, whichever comes
 * first and from whichever request. What calls or is called without sending spans (users, databases, queues, other peers) becomes a
 * virtual node. It counts what everything else its pipeline feeds has taken (`follows`).
 */
import { nanosBetween } from "../../base/nanos.ts";
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import {
  SPAN_KIND_CLIENT,
  SPAN_KIND_CONSUMER,
  SPAN_KIND_PRODUCER,
  SPAN_KIND_SERVER,
  STATUS_ERROR,
  type SpanBatch,
} from "../../model/span-batch.ts";
import { Bounds } from "../series/bounds.ts";
import { DEFAULT_BOUNDS } from "../series/config-fields.ts";
import { MetricFlusher } from "../series/metric-flusher.ts";
import { warmBytes } from "../series/warm-bytes.ts";
import { SeriesClock } from "../series/series-clock.ts";
import { ABSENT } from "../series/series-table.ts";
import type { Config } from "./config.ts";
import {
  CLIENT,
  DATABASE,
  DROPPED,
  EdgeTable,
  MESSAGING,
  NEITHER,
  PLAIN,
  REQUEST,
  SERVER,
  UNPAIRED,
  VIRTUAL,
  type ConnectionType,
  type EdgeSeries,
  type Half,
  type SpanIds,
  type VirtualSide,
} from "./edge-series.ts";
import { encodeEdges } from "./encode-edges.ts";
import { KnownAddresses } from "./known-addresses.ts";
import { SpanReader } from "./span-reader.ts";
import { FAILED, isOfClient, PAIRED, PEER_IS_QUEUE, WaitingSpans } from "./waiting-spans.ts";

const USER = "user";
/** As in the Collector, which has no key for it. */
const SERIES_EXPIRE_MILLIS = 15 * 60_000;

export class ServiceGraph implements ConsumingComponent {
  readonly traces: Consumer<SpanBatch>;
  readonly #config: Config;
  readonly #clock = new SeriesClock();
  readonly #flusher: MetricFlusher;
  readonly #edges: EdgeTable;
  readonly #waiting: WaitingSpans;
  readonly #spans: SpanReader;
  readonly #addresses = new KnownAddresses();
  readonly #hasVirtualNodes: boolean;
  /** Since the start, for the collector's own metrics. */
  readonly #totals = { dropped_spans: 0, total_edges: 0, expired_edges: 0 };
  #timers: NodeJS.Timeout[] = [];
  #sweepIsDue = false;
  #lastFlushMillis = 0;
  #now = 0;
  /** The halves and ids of the edge at hand: reused, as a span must not cost an object. */
  readonly #here: Half = { node: ABSENT, dimensions: undefined, dimensionsAt: 0 };
  readonly #there: Half = { node: ABSENT, dimensions: undefined, dimensionsAt: 0 };
  /** Of the batch at hand. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #ids: SpanIds = { bytes: new Uint8Array(0), traceId: 0, spanId: 0 };

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#config = config;
    const { store, dimensions, latency_histogram_buckets: buckets, exponential_histogram_max_size: maxSize } = config;
    this.#hasVirtualNodes = config.virtual_node_peer_attributes.length > 0;
    this.#waiting = new WaitingSpans(store.max_items, dimensions.length);
    this.#edges = new EdgeTable({
      dimensions,
      hasExtraLabel: config.virtual_node_extra_label,
      form:
        maxSize > 0
          ? { maxSize: Math.max(2, maxSize) }
          : { bounds: new Bounds((buckets ?? DEFAULT_BOUNDS).map((millis) => millis / 1000)), maxSize: 0 },
      clock: this.#clock,
      onRebuild: (translate) => {
        this.#waiting.translate(translate);
        this.#addresses.clear();
      },
    });
    const older = config.database_name_attribute;
    this.#spans = new SpanReader({
      peers: config.virtual_node_peer_attributes,
      databases: [...(older === "" ? [] : [older]), ...config.database_name_attributes],
      dimensions,
    });
    this.#flusher = new MetricFlusher({
      settings,
      next: next.metrics,
      intervalMillis: config.metrics_flush_interval,
      temporality: "cumulative",
      collect: () => this.#collect(),
    });
    const { telemetry } = settings;
    const total = (name: "dropped_spans" | "total_edges" | "expired_edges", help: string) =>
      telemetry.observedCounter(`otelcol_connector_servicegraph_${name}`, help, () => this.#totals[name]);
    total("dropped_spans", "Number of spans dropped when trying to add edges.");
    total("total_edges", "Total number of unique edges.");
    total("expired_edges", "Number of edges that expired before finding its matching span.");
    telemetry.observedGauge(
      "goldspan_service_graph_waiting_spans",
      "Spans that wait for the other half of their request.",
      () => this.#waiting.size,
    );
    telemetry.observedGauge(
      "goldspan_service_graph_series",
      "Edges that the service_graph connector keeps.",
      () => this.#edges.table.size,
    );
    this.traces = {
      consume: async (batch) => {
        this.count(batch);
        await this.#flusher.counted();
        return undefined;
      },
    };
  }

  async start(): Promise<void> {
    this.#flusher.start();
    this.#timers = [
      setInterval(() => this.#expireNow(this.#config.store.ttl), this.#config.store_expiration_loop),
      setInterval(() => (this.#sweepIsDue = true), this.#config.cache_loop),
    ];
  }

  /** Who still waits will not be met any more: it is counted as when its time is up. */
  async shutdown(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#expireNow(0);
    await this.#flusher.shutdown();
  }

  /** Adds the spans that are halves of requests. */
  count(batch: SpanBatch): void {
    warmBytes(batch.bytes);
    this.#now = this.#clock.nowMillis();
    this.#spans.begin(batch, this.#edges.table.texts);
    const { kind, bytes } = batch;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#readAhead(batch);
    for (let i = 0; i < batch.count; i++) {
      if (isOfClient(kind[i])) this.#client(batch, i);
      else if (kind[i] === SPAN_KIND_SERVER || kind[i] === SPAN_KIND_CONSUMER) this.#server(batch, i);
    }
  }

  /** What a span will be looked for under, by its number. */
  #readAhead({ count, kind, traceId, spanId, parentSpanId }: SpanBatch): void {
    const waiting = this.#waiting;
    const view = this.#view;
    for (let i = 0; i < count; i++) {
      if (isOfClient(kind[i])) waiting.plan(i, view, traceId[i], spanId[i]);
      else if (kind[i] === SPAN_KIND_SERVER && parentSpanId[i] !== NONE)
        waiting.plan(i, view, traceId[i], parentSpanId[i]);
    }
    waiting.readAhead(count);
  }

  #client(batch: SpanBatch, span: number): void {
    const [spans, waiting] = [this.#spans, this.#waiting];
    const kind = batch.kind[span];
    spans.read(batch, span, true);
    if (spans.database !== ABSENT) {
      this.#database(batch, span);
      return;
    }
    waiting.seekPlanned(span, this.#view, batch.traceId[span], batch.spanId[span]);
    let other = waiting.first(false);
    const isPaired = other >= 0;
    while (other >= 0) {
      const next = waiting.after(other, false);
      this.#pair(other, batch, span);
      waiting.remove(other);
      if (kind === SPAN_KIND_CLIENT) return;
      other = next;
    }
    this.#wait(batch, span, isPaired);
  }

  /** A database sends no span: it took as long as the client waited. */
  #database(batch: SpanBatch, span: number): void {
    const spans = this.#spans;
    const seconds = secondsOf(batch, span);
    this.#totals.total_edges++;
    put(this.#here, spans.service, spans.dimensions, 0);
    put(this.#there, spans.database, undefined, 0);
    this.#mark(batch.bytes, batch.traceId[span], batch.spanId[span]);
    this.#edge(this.#here, this.#there, DATABASE, NEITHER, hasFailed(batch, span), seconds, seconds);
  }

  #server(batch: SpanBatch, span: number): void {
    const isConsumer = batch.kind[span] === SPAN_KIND_CONSUMER;
    this.#spans.read(batch, span, isConsumer);
    const { bytes, traceId, parentSpanId } = batch;
    const parent = parentSpanId[span];
    if (parent !== NONE && !isZero(bytes, parent)) {
      if (isConsumer) this.#waiting.seek(this.#view, traceId[span], parent);
      else this.#waiting.seekPlanned(span, this.#view, traceId[span], parent);
      return this.#meet(batch, span);
    }
    // Consumers name the messages they took by links where these are no parents.
    const links = isConsumer ? this.#spans.links(batch, span) : [];
    for (let l = 0; l < links.length; l += 2) {
      this.#waiting.seek(this.#view, links[l], links[l + 1]);
      this.#meet(batch, span);
    }
    if (links.length === 0) this.#root(batch, span, isConsumer);
  }

  /** Pairs the span with the client's of the key that is looked for, or lets it wait for that. */
  #meet(batch: SpanBatch, span: number): void {
    const waiting = this.#waiting;
    const other = waiting.first(true);
    if (other < 0) {
      this.#wait(batch, span, false);
      return;
    }
    this.#pair(other, batch, span);
    // The message may have more consumers.
    if (waiting.kindOf(other) === SPAN_KIND_PRODUCER) waiting.setPaired(other);
    else waiting.remove(other);
  }

  /** Nobody called it: the user did, or a queue that is not part of the trace. */
  #root(batch: SpanBatch, span: number, isConsumer: boolean): void {
    const spans = this.#spans;
    const isQueue = isConsumer && spans.queue !== ABSENT;
    if (!this.#hasVirtualNodes) return;
    this.#totals.total_edges++;
    put(this.#here, isQueue ? spans.queue : spans.text(USER), undefined, 0);
    put(this.#there, spans.service, spans.dimensions, 0);
    this.#mark(batch.bytes, batch.traceId[span], batch.spanId[span]);
    const type = isQueue ? MESSAGING : VIRTUAL;
    this.#edge(this.#here, this.#there, type, CLIENT, hasFailed(batch, span), undefined, secondsOf(batch, span));
  }

  /** Counts the request of a waiting span and this one. */
  #pair(place: number, batch: SpanBatch, span: number): void {
    const waiting = this.#waiting;
    const spans = this.#spans;
    put(this.#here, spans.service, spans.dimensions, 0);
    put(this.#there, waiting.serviceOf(place), waiting.dimensionTexts, place * spans.dimensions.length);
    const there = waiting.secondsOf(place);
    const here = secondsOf(batch, span);
    const ids = waiting.idsAt(place);
    this.#mark(waiting.bytes, ids, ids + 16);
    const failed = waiting.has(place, FAILED) || hasFailed(batch, span);
    const type = isMessaging(batch.kind[span]) || isMessaging(waiting.kindOf(place)) ? MESSAGING : PLAIN;
    const isClient = isOfClient(batch.kind[span]);
    if (type === PLAIN) {
      if (isClient) this.#addresses.learn(spans.peer, spans.port, waiting.serviceOf(place));
      else this.#addresses.learn(waiting.peerOf(place), waiting.portOf(place), spans.service);
    }
    if (isClient) this.#edge(this.#here, this.#there, type, NEITHER, failed, here, there);
    else this.#edge(this.#there, this.#here, type, NEITHER, failed, there, here);
  }

  /** Lets the span wait under the key that was looked for. */
  #wait(batch: SpanBatch, span: number, isPaired: boolean): void {
    const spans = this.#spans;
    const kind = batch.kind[span];
    const isQueue = isMessaging(kind) && spans.peer === ABSENT && spans.queue !== ABSENT;
    const peer = isQueue ? spans.queue : spans.peer;
    const flags = (hasFailed(batch, span) ? FAILED : 0) | (isPaired ? PAIRED : 0) | (isQueue ? PEER_IS_QUEUE : 0);
    const seconds = secondsOf(batch, span);
    const { dimensions, service } = spans;
    // A place that somebody has who has waited too long is as good as a free one; looking for them is the timer's work.
    const isAdded = !this.#waiting.isFull || this.#makeRoom();
    if (isAdded) this.#waiting.add(kind, flags, service, peer, spans.port, seconds, this.#now, dimensions);
    if (isPaired) return;
    if (isAdded) this.#totals.total_edges++;
    else {
      this.#totals.dropped_spans++;
      this.#countAlone(DROPPED, kind, service, dimensions, 0);
    }
  }

  /** False when nobody has waited too long. */
  #makeRoom(): boolean {
    const before = this.#waiting.size;
    this.#expire(this.#config.store.ttl);
    return this.#waiting.size < before;
  }

  /** Ends the waiting of all who have waited for this time. */
  #expire(millis: number): void {
    const waiting = this.#waiting;
    for (let place = waiting.oldest; place >= 0; place = waiting.oldest) {
      if ((this.#now - waiting.sinceOf(place)) >>> 0 < millis) return;
      if (!waiting.has(place, PAIRED)) this.#expireOne(place);
      waiting.remove(place);
    }
  }

  /** The same now, by the clock: while a batch is counted it stands still. */
  #expireNow(millis: number): void {
    this.#now = this.#clock.nowMillis();
    this.#expire(millis);
  }

  #expireOne(place: number): void {
    const waiting = this.#waiting;
    const kind = waiting.kindOf(place);
    const [service, peer, at] = [
      waiting.serviceOf(place),
      waiting.peerOf(place),
      place * this.#spans.dimensions.length,
    ];
    this.#totals.expired_edges++;
    const isQueue = waiting.has(place, PEER_IS_QUEUE);
    // Peer attributes of a client name who it called; of a server only the queue is known.
    if (!this.#hasVirtualNodes || peer === ABSENT || (!isOfClient(kind) && !isQueue)) {
      this.#countAlone(UNPAIRED, kind, service, waiting.dimensionTexts, at);
      return;
    }
    put(this.#here, service, waiting.dimensionTexts, at);
    const answering = isQueue ? ABSENT : this.#addresses.serviceAt(peer, waiting.portOf(place));
    put(this.#there, answering === ABSENT ? peer : answering, undefined, 0);
    this.#mark(waiting.bytes, waiting.idsAt(place), waiting.idsAt(place) + 16);
    const [failed, seconds] = [waiting.has(place, FAILED), waiting.secondsOf(place)];
    if (answering !== ABSENT) return this.#edge(this.#here, this.#there, PLAIN, NEITHER, failed, seconds, undefined);
    const type = isQueue ? MESSAGING : VIRTUAL;
    if (isOfClient(kind)) this.#edge(this.#here, this.#there, type, SERVER, failed, seconds, undefined);
    else this.#edge(this.#there, this.#here, type, CLIENT, failed, undefined, seconds);
  }

  /** A span that is half of nothing: the other side is unknown. */
  #countAlone(
    family: typeof UNPAIRED | typeof DROPPED,
    kind: number,
    service: number,
    dimensions: Uint32Array,
    at: number,
  ): void {
    put(this.#here, service, dimensions, at);
    put(this.#there, ABSENT, undefined, 0);
    const isClient = isOfClient(kind);
    const [client, server] = [isClient ? this.#here : this.#there, isClient ? this.#there : this.#here];
    const series = this.#edges.seriesOf(family, client, server, isMessaging(kind) ? MESSAGING : PLAIN, NEITHER);
    // Beyond the limit of series there is one for the client's requests, and none for this.
    if (series.family !== family) return;
    series.total++;
    this.#touch(series);
  }

  #edge(
    client: Half,
    server: Half,
    type: ConnectionType,
    virtual: VirtualSide,
    failed: boolean,
    clientSeconds: number | undefined,
    serverSeconds: number | undefined,
  ): void {
    const series = this.#edges.seriesOf(REQUEST, client, server, type, virtual);
    series.total++;
    if (failed) series.failed++;
    if (clientSeconds !== undefined) series.recordClient(clientSeconds, this.#ids, this.#now);
    if (serverSeconds !== undefined) series.recordServer(serverSeconds, this.#ids, this.#now);
    this.#touch(series);
  }

  #touch(series: EdgeSeries): void {
    series.lastSeenMillis = series.owner.lastSeenMillis = this.#now;
  }

  #mark(bytes: Uint8Array, traceId: number, spanId: number): void {
    this.#ids.bytes = bytes;
    this.#ids.traceId = traceId;
    this.#ids.spanId = spanId;
  }

  #collect(): MetricBatch[] {
    const time = this.#clock.flushMillis();
    const { table } = this.#edges;
    const expired = this.#sweepIsDue ? table.sweep(time - SERIES_EXPIRE_MILLIS, this.#lastFlushMillis) : [];
    this.#sweepIsDue = false;
    this.#lastFlushMillis = time;
    const offset = this.#config.metrics_timestamp_offset;
    const batches = [
      ...encodeEdges([...table.all()], time, offset, false),
      ...encodeEdges(expired, time, offset, true),
    ];
    for (const { client, server } of table.all()) {
      client?.exemplars.clear();
      server?.exemplars.clear();
    }
    return batches;
  }
}

function put(half: Half, node: number, dimensions: Uint32Array | undefined, at: number): void {
  half.node = node;
  half.dimensions = dimensions;
  half.dimensionsAt = at;
}

/** PRODUCER or CONSUMER. */
function isMessaging(kind: number): boolean {
  return kind === SPAN_KIND_PRODUCER || kind === SPAN_KIND_CONSUMER;
}

function hasFailed({ statusCode }: SpanBatch, span: number): boolean {
  return statusCode[span] === STATUS_ERROR;
}

/** A span that ends before it starts took no time. */
function secondsOf({ startLow, startHigh, endLow, endHigh }: SpanBatch, span: number): number {
  return Math.max(0, nanosBetween(endLow[span], endHigh[span], startLow[span], startHigh[span])) / 1e9;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 8; i++) if (bytes[at + i] !== 0) return false;
  return true;
}
