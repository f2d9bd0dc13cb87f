/** Reading the logs of a trace, as trace-reads.ts does spans. */
import { scopeOf, type WorkScope } from "../../../base/work-scope.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { logBatchOf } from "../block/batch-of-records.ts";
import type { Catalogue } from "../catalogue.ts";
import { logsOfTrace, type AskHead, type CatalogueState } from "../head.ts";
import type { PinReader } from "../pins/pin-reader.ts";

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
    const open = head.logs ? [head.logs] : [];
    scope.addRows(open.reduce((sum, { count }) => sum + count, 0));
    const sealed = await this.#sealed(head, traceId, signal);
    const pinned = this.#pinned(traceId, head.lastBlockId, sealed, scope);
    scope.addRows(pinned.reduce((sum, { count }) => sum + count, 0));
    return [...open.filter(({ count }) => count > 0), ...sealed, ...pinned];
  }

  /** What is sealed of a trace's logs, pinned copies included. */
  async readSealed(head: CatalogueState, traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const sealed = await this.#sealed(head, traceId, signal);
    return [...sealed, ...this.#pinned(traceId, head.lastBlockId, sealed, scopeOf(signal))];
  }

  /** What pinned copies have beyond the blocks; damage there costs no more than the copies. */
  #pinned(traceId: Uint8Array, lastBlockId: number, sealed: readonly LogBatch[], scope: WorkScope) {
    let batches: LogBatch[] = [];
    this.#catalogue.guard("pinned logs", () => void (batches = this.#pins.logs(traceId, lastBlockId, sealed)), scope);
    return batches;
  }

  async #sealed(head: CatalogueState, traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
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
}
