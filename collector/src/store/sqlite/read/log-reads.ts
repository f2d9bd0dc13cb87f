/** Reading and searching log records, as trace-reads.ts does spans. */
import { scopeOf, type WorkScope } from "../../../base/work-scope.ts";
import { selectRecords } from "../../../model/edit-select.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { LogFilter } from "../../store.ts";
import { logBatchOf } from "../block/batch-of-records.ts";
import { matchLogs } from "../block/match-logs.ts";
import type { Catalogue } from "../catalogue.ts";
import { logsOfTrace, newestLogs, type AskHead, type HeadAnswer } from "../head.ts";
import { NewestFirst } from "../newest-first.ts";
import type { PinReader } from "../pins/pin-reader.ts";
import { microsOf } from "./micros-of.ts";

export interface LogReadsOptions {
  readonly ask: AskHead;
  readonly catalogue: Catalogue;
  readonly pins: PinReader;
}

export class LogReads {
  readonly #ask: AskHead;
  readonly #catalogue: Catalogue;
  readonly #pins: PinReader;

  constructor(options: LogReadsOptions) {
    this.#ask = options.ask;
    this.#catalogue = options.catalogue;
    this.#pins = options.pins;
  }

  async readTraceLogs(traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const scope = scopeOf(signal);
    const head = await this.#ask({ kind: "logs", traceId });
    const open = head.logs as LogBatch;
    scope.addRows(open.count);
    const sealed = await this.#sealed(head, traceId, signal);
    const pinned = this.#pinned(traceId, head.lastBlockId, sealed, scope);
    scope.addRows(pinned.reduce((sum, { count }) => sum + count, 0));
    return [...(open.count > 0 ? [open] : []), ...sealed, ...pinned];
  }

  /** What is sealed of a trace's logs, pinned copies included. */
  async readSealed(head: HeadAnswer, traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const sealed = await this.#sealed(head, traceId, signal);
    return [...sealed, ...this.#pinned(traceId, head.lastBlockId, sealed, scopeOf(signal))];
  }

  /** What pinned copies have beyond the blocks; damage there costs no more than the copies. */
  #pinned(traceId: Uint8Array, lastBlockId: number, sealed: readonly LogBatch[], scope: WorkScope) {
    let batches: LogBatch[] = [];
    this.#catalogue.guard("pinned logs", () => void (batches = this.#pins.logs(traceId, lastBlockId, sealed)), scope);
    return batches;
  }

  async #sealed(head: HeadAnswer, traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const scope = scopeOf(signal);
    const batches: LogBatch[] = [];
    const blocks = this.#catalogue.findTraceBlocks(head, "logs", [traceId], scope);
    await this.#catalogue.each(blocks, signal, ({ partition, id }) => {
      this.#catalogue.guard(`block ${id}`, () => {
        const block = this.#catalogue.cache.logs(partition, id);
        const records = logsOfTrace(block, traceId);
        scope.addRows(records.length);
        if (records.length > 0) batches.push(logBatchOf(block, records));
      });
    });
    return batches;
  }

  async findLogs(filter: LogFilter, limit: number, signal?: AbortSignal): Promise<LogBatch[]> {
    const head = await this.#ask({ kind: "findLogs", filter, limit });
    const newest = new NewestFirst<{ time: bigint; from: number; record: number }>(limit, undefined, (hit) => hit.time);
    const sources: { what: string; batch: (records: number[]) => LogBatch }[] = [];
    const add = (
      what: string,
      times: { low: Uint32Array; high: Uint32Array },
      records: readonly number[],
      batch: (records: number[]) => LogBatch,
    ) => {
      const from = sources.push({ what, batch }) - 1;
      newest.add(
        records.map((record) => ({
          time: (BigInt(times.high[record]) << 32n) | BigInt(times.low[record]),
          from,
          record,
        })),
      );
    };
    const open = head.logs as LogBatch;
    const untimed = (i: number) => (open.timeLow[i] | open.timeHigh[i]) === 0;
    const low = open.timeLow.map((value, i) => (untimed(i) ? open.observedLow[i] : value));
    const high = open.timeHigh.map((value, i) => (untimed(i) ? open.observedHigh[i] : value));
    add(
      "the open block",
      { low, high },
      Array.from({ length: open.count }, (_, i) => i),
      (records) => selectRecords(open, (i) => records.includes(i)),
    );
    const blocks = this.#catalogue.findBlocks(
      head,
      {
        signal: "logs",
        ...microsOf(filter.range),
        service: filter.service,
      },
      signal,
    );
    await this.#catalogue.each(blocks, signal, (block) => {
      if (newest.isDone(block.row.max_time_micros)) return false;
      this.#catalogue.guard(`block ${block.row.id}`, () => {
        if (!this.#catalogue.mayMeet(block, filter.attributes ?? [], filter.words ?? [])) return;
        const { cache } = this.#catalogue;
        const { partition, row } = block;
        const columns = cache.logs(partition, row.id);
        const records = newestLogs(columns, matchLogs(columns, filter), limit);
        if (records.length === 0) return;
        const times = { low: columns.effectiveLow, high: columns.effectiveHigh };
        // Opened again in the end, so that a search holds rows and no blocks.
        add(`block ${row.id}`, times, records, (chosen) => logBatchOf(cache.logs(partition, row.id), chosen));
      });
    });
    const hits = newest.result();
    const scope = scopeOf(signal);
    scope.addRows(hits.length);
    const bySource = new Map<number, LogBatch>();
    for (const [from, chosen] of Map.groupBy(hits, (hit) => hit.from)) {
      const { what, batch } = sources[from];
      this.#catalogue.guard(what, () => void bySource.set(from, batch(chosen.map(({ record }) => record))), scope);
    }
    return inOrder(hits, bySource);
  }
}

/** Batches that hold the hits of a source each, cut into runs so that all hits come in their order. */
function inOrder(hits: readonly { from: number }[], bySource: ReadonlyMap<number, LogBatch>): LogBatch[] {
  const batches: LogBatch[] = [];
  const taken = new Map<number, number>();
  for (let n = 0; n < hits.length;) {
    const { from } = hits[n];
    const first = taken.get(from) ?? 0;
    let end = first;
    for (; n < hits.length && hits[n].from === from; n++) end++;
    taken.set(from, end);
    const batch = bySource.get(from);
    if (!batch) continue;
    if (first === 0 && end === batch.count) batches.push(batch);
    else batches.push(selectRecords(batch, (i) => i >= first && i < end));
  }
  return batches;
}
