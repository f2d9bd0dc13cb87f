/** Answers from the blocks' index rows: operations, services, time ranges, usage; and suggestions, from the newest blocks. */
import { scopeOf, type WorkScope } from "../../../base/work-scope.ts";
import type * as store from "../../store.ts";
import type { Catalogue } from "../catalogue.ts";
import { isDamage } from "../damage.ts";
import type { AskHead } from "../head.ts";
import { OperationSums } from "../operation-sums.ts";
import { sumUsage, type PartitionUsage } from "../storage-report.ts";
import { mergeSuggestions, suggestFrom } from "../suggest.ts";
import { microsOf } from "./micros-of.ts";

/** Suggestions look at this many of the newest blocks. */
const SUGGESTION_BLOCKS = 3;
/** Index rows summed up between two looks at the clock: some 5 ms. */
const ROWS_BETWEEN_CHECKS = 1024;

export class IndexSums {
  readonly #ask: AskHead;
  readonly #catalogue: Catalogue;

  constructor(ask: AskHead, catalogue: Catalogue) {
    this.#ask = ask;
    this.#catalogue = catalogue;
  }

  async summarizeOperations(
    range: store.TimeRange,
    options: store.SummaryOptions,
    signal?: AbortSignal,
  ): Promise<store.OperationSummary[]> {
    const head = await this.#ask({ kind: "facts", signal: "traces" });
    const { minTimeMicros, maxTimeMicros } = microsOf(range);
    const sums = new OperationSums(minTimeMicros, maxTimeMicros, options);
    for (const operation of head.facts?.operations ?? []) sums.addFacts(operation);
    const scope = scopeOf(signal);
    await this.#catalogue.each(this.#catalogue.partitions(head, scope), signal, (partition) => {
      this.#catalogue.guard(`index of ${partition.path}`, () => {
        const range = { lastBlockId: head.lastBlockId, minTimeMicros, maxTimeMicros };
        const of = sums.ofPartition(partition.operations(options.service));
        const damaged: number[] = [];
        for (const [block, pack] of checked(partition.operationPacks(range), scope)) {
          try {
            of.addPack(pack);
          } catch (error) {
            if (!isDamage(error)) throw error;
            this.#catalogue.report(`operation pack of block ${block}`, error);
            damaged.push(block);
          }
        }
        for (const row of checked(partition.unpackedOperationRows(range, damaged), scope)) of.addRow(row);
      });
    });
    return sums.result();
  }

  async listServices(range: store.TimeRange, signal?: AbortSignal): Promise<store.ServiceInfo[]> {
    const head = await this.#ask({ kind: "facts", signal: "traces" });
    const { minTimeMicros, maxTimeMicros } = microsOf(range);
    const services = new Set<string>();
    for (const operation of head.facts?.operations ?? [])
      if (operation.maxTimeMicros >= minTimeMicros && operation.minTimeMicros <= maxTimeMicros)
        services.add(operation.service);
    const seen = new Map<string, Map<string, number>>();
    const see = (service: string, version: string, at: number) => {
      const versions = seen.get(service) ?? new Map<string, number>();
      if (version !== "") versions.set(version, Math.max(at, versions.get(version) ?? 0));
      seen.set(service, versions);
    };
    await this.#catalogue.each(this.#catalogue.partitions(head), signal, (partition) => {
      this.#catalogue.guard(`index of ${partition.path}`, () => {
        const range = { lastBlockId: head.lastBlockId, minTimeMicros, maxTimeMicros };
        for (const service of partition.services(range)) services.add(service);
        for (const { service, version, last_seen_millis } of partition.versions())
          see(service, version, last_seen_millis);
      });
    });
    for (const [service, version] of head.facts?.versions ?? []) see(service, version, Number.MAX_SAFE_INTEGER);
    return [...services].sort().map((name) => {
      const versions = [...(seen.get(name) ?? [])].sort((a, b) => b[1] - a[1]).map(([version]) => version);
      return { name, versions };
    });
  }

  async suggestAttributes(
    request: store.AttributeSuggestionRequest,
    signal?: AbortSignal,
  ): Promise<store.AttributeSuggestion[]> {
    const head = await this.#ask({ kind: "suggest", request });
    const lists = [head.suggestions ?? []];
    const blocks = this.#catalogue.findBlocks(
      head,
      {
        signal: request.signal,
        minTimeMicros: 0,
        maxTimeMicros: Number.MAX_SAFE_INTEGER,
      },
      signal,
    );
    await this.#catalogue.each(blocks.slice(0, SUGGESTION_BLOCKS), signal, ({ partition, row }) => {
      this.#catalogue.guard(`block ${row.id}`, () => {
        const { cache } = this.#catalogue;
        lists.push(
          suggestFrom(
            [request.signal === "traces" ? cache.spans(partition, row.id) : cache.logs(partition, row.id)],
            request,
          ),
        );
      });
    });
    return mergeSuggestions(lists, request.limit);
  }

  async dataRange(of: "traces" | "logs"): Promise<store.TimeRange | undefined> {
    const head = await this.#ask({ kind: "facts", signal: of });
    const ranges = head.facts ? [[head.facts.minTimeMicros, head.facts.maxTimeMicros]] : [];
    for (const partition of this.#catalogue.partitions(head)) {
      this.#catalogue.guard(`index of ${partition.path}`, () => {
        const range = partition.timeRange(of, head.lastBlockId);
        if (range) ranges.push(range);
      });
    }
    if (ranges.length === 0) return undefined;
    const min = Math.min(...ranges.map(([first]) => first));
    const max = Math.max(...ranges.map(([, last]) => last));
    return { start: BigInt(min) * 1000n, end: BigInt(max) * 1000n + 999n };
  }

  async reportStorage(request: store.StorageRequest, signal?: AbortSignal): Promise<store.StorageReport> {
    const head = await this.#ask({ kind: "storage" });
    const parts: PartitionUsage[] = [];
    await this.#catalogue.each(this.#catalogue.partitions(head, scopeOf(signal)), signal, (partition) => {
      this.#catalogue.guard(`index of ${partition.path}`, () => void parts.push(partition.usage(head.lastBlockId)));
    });
    const { disk, budgets, open } = head.storage as NonNullable<typeof head.storage>;
    return { ...sumUsage(parts, request), disk, budgets, open };
  }
}

/** The same rows; looks at the clock now and then. */
function* checked<T>(rows: Iterable<T>, scope: WorkScope): Generator<T> {
  let count = 0;
  for (const row of rows) {
    if (++count % ROWS_BETWEEN_CHECKS === 0) scope.check();
    yield row;
  }
}
