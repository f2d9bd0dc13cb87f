/**
 * The reading side's view of the partitions: opens files as the head names them, and goes through candidate blocks, newest data
 * first, over all of them. A block that cannot be read is reported once and passed over: only it is lost.
 */
import { existsSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { runWithin, scopeOf, type WorkScope } from "../../base/work-scope.ts";
import type { AttributeCondition, StoreLog } from "../store.ts";
import { BlockCache } from "./block-cache.ts";
import { CorruptionError } from "./block/section.ts";
import type { CatalogueState } from "./head.ts";
import { PartitionReader, type BlockQuery } from "./partition/partition-reader.ts";
import type { BlockRow } from "./partition/schema.ts";
import { TracePages } from "./partition/trace-pages.ts";

/** What an answer lacks when a block or an index is passed over. */
const DAMAGED = "a part of the store cannot be read and was passed over";
/** Longer than a query may take by default. */
const RETIRED_MILLIS = 30_000;
/** After this long in one turn a query lets others in. */
const TURN_MILLIS = 20;

export interface BlockRef {
  readonly partition: PartitionReader;
  readonly row: BlockRow;
}

export class Catalogue {
  readonly cache: BlockCache;
  readonly #log: StoreLog;
  readonly #onDamage: (() => void) | undefined;
  readonly #partitions = new Map<string, PartitionReader>();
  #retired: { readonly partition: PartitionReader; readonly since: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #pages = new TracePages();
  readonly #reported = new Set<string>();
  #scope: WorkScope = scopeOf(undefined);

  constructor(log: StoreLog, cacheBytes: number, onDamage?: () => void) {
    this.#log = log;
    this.#onDamage = onDamage;
    this.cache = new BlockCache(cacheBytes);
    this.#timer = setInterval(() => this.#closeRetired(), RETIRED_MILLIS / 2);
    this.#timer.unref();
  }

  /** The partitions the head names, newest first. */
  partitions(head: CatalogueState, scope?: WorkScope): PartitionReader[] {
    for (const path of this.#partitions.keys()) if (!head.partitions.includes(path)) this.#retire(path);
    const open: PartitionReader[] = [];
    for (const path of [...head.partitions].reverse()) {
      try {
        let partition = this.#partitions.get(path);
        // Retention may have dropped it since the head answered.
        if (!partition && !existsSync(path)) continue;
        if (!partition) this.#partitions.set(path, (partition = new PartitionReader(path, this.#pages)));
        open.push(partition);
      } catch (error) {
        // Retention may have dropped it while it was being opened.
        if (!existsSync(path)) continue;
        this.report(path, error);
        scope?.miss(DAMAGED);
      }
    }
    return open;
  }

  /** Candidate blocks over all partitions, newest data first. @param operationsOf see BlockQuery.operations */
  findBlocks(
    head: CatalogueState,
    query: Omit<BlockQuery, "lastBlockId" | "operations">,
    signal?: AbortSignal,
    operationsOf: (partition: PartitionReader) => readonly number[] | undefined = () => undefined,
  ): BlockRef[] {
    const found: BlockRef[] = [];
    const scope = scopeOf(signal);
    for (const partition of this.partitions(head, scope)) {
      scope.check();
      const read = () => {
        const operations = operationsOf(partition);
        for (const row of partition.findBlocks({ ...query, operations, lastBlockId: head.lastBlockId }))
          found.push({ partition, row });
      };
      this.guard(`index of ${partition.path}`, read, scope);
    }
    return found.sort((a, b) => b.row.max_time_micros - a.row.max_time_micros);
  }

  /** Blocks that may hold one of some traces, with those that each may hold. */
  findTraceBlocks(
    head: CatalogueState,
    signal: "traces" | "logs",
    traceIds: readonly Uint8Array[],
    scope: WorkScope,
  ): { partition: PartitionReader; id: number; traceIds: readonly Uint8Array[] }[] {
    return this.partitions(head, scope).flatMap((partition) => {
      let blocks = new Map<number, Uint8Array[]>();
      scope.check();
      const read = () => {
        blocks = partition.findTraceBlocks(signal, head.lastBlockId, traceIds, (run, error) =>
          this.report(`run ${run} of the trace index of ${partition.path}`, error),
        );
      };
      this.guard(`index of ${partition.path}`, read, scope);
      return Array.from(blocks, ([id, own]) => ({ partition, id, traceIds: own }));
    });
  }

  /** False = no record of the block meets all conditions, by its signature. A damaged one says nothing. */
  mayMeet(block: BlockRef, conditions: readonly AttributeCondition[]): boolean {
    return this.mayMeetBy(block, ({ partition, row }) => partition.signatures.mayMeet(row, conditions));
  }

  /** What `judge` says of a block; true where what it looks at is damaged. */
  mayMeetBy(block: BlockRef, judge: (block: BlockRef) => boolean): boolean {
    let may = true;
    this.guard(`signature of block ${block.row.id}`, () => {
      may = judge(block);
    });
    return may;
  }

  /** Calls `visit` for each item; lets other work in between, stops when aborted, over its limits, or when `visit` says false. */
  async each<T>(
    items: readonly T[],
    signal: AbortSignal | undefined,
    visit: (item: T) => boolean | void,
  ): Promise<void> {
    let turn = performance.now();
    const scope = scopeOf(signal);
    for (const [i, item] of items.entries()) {
      scope.check();
      // A visit is synchronous: what it reads is read for this query.
      this.cache.scope = this.#scope = scope;
      if (runWithin(scope, () => visit(item)) === false) return;
      // Not after the last one: what follows belongs to this query still.
      if (i === items.length - 1 || performance.now() - turn < TURN_MILLIS) continue;
      await nextTurn();
      turn = performance.now();
    }
  }

  /** Runs `read`; damage is reported and passed over. @param scope of the visit, where there is none given */
  guard(what: string, read: () => void, scope = this.#scope): void {
    this.cache.scope = scope;
    try {
      read();
    } catch (error) {
      if (!(error instanceof CorruptionError) && !String((error as { code?: string }).code).startsWith("SQLITE_"))
        throw error;
      this.report(what, error);
      scope.miss(DAMAGED);
    }
  }

  /** A file that retention dropped is closed when no query can be at it any more; until then its space is not free. */
  #retire(path: string): void {
    const partition = this.#partitions.get(path);
    if (partition) this.#retired.push({ partition, since: performance.now() });
    this.#partitions.delete(path);
  }

  #closeRetired(): void {
    for (const path of this.#partitions.keys()) if (!existsSync(path)) this.#retire(path);
    const before = performance.now() - RETIRED_MILLIS;
    for (const { partition } of this.#retired.filter(({ since }) => since < before)) partition.close();
    this.#retired = this.#retired.filter(({ since }) => since >= before);
  }

  report(what: string, error: unknown): void {
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.#onDamage?.();
    this.#log.error("cannot read a part of the store: it is passed over and the rest is served", { part: what, error });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { partition } of this.#retired.splice(0)) partition.close();
    for (const partition of this.#partitions.values()) partition.close();
    this.#partitions.clear();
  }
}
