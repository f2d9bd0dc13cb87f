/**
 * The life of a built graph: starts components in order, stops them the other way within a deadline. Knows that there are components
 * and ranks; not what they do nor who feeds whom (build-graph.ts does).
 */
import { messageOf } from "../base/errors.ts";
import type { Component, ExtensionInstance } from "../component/component.ts";
import type { Logger } from "../component/logger.ts";
import { mergeTargets, type ScrapeTargets } from "../component/scrape-targets.ts";
import type { WebRoute } from "../component/web-route.ts";

/** A component in its place. */
export interface GraphNode {
  /** As errors name it: `receiver "otlp"`, `processor "batch" of pipeline "traces"`. */
  readonly label: string;
  readonly id: string;
  readonly component: Component;
}

/** Extensions first, receivers last: the order of starting. Within a rank components stop at the same time. */
export type Rank = readonly GraphNode[];

/** What a failed start may still take to close what was open. */
const CLEANUP_MILLIS = 5_000;

/** A rank may use this share of what is left, so that one that hangs leaves time to those behind it (the store is the last but few). */
const SHARE = 0.75;

/** A component is told to be done a little before it is given up: who cuts what is left at the deadline is then done in time. */
const TOLD_SHARE = 0.9;

export class Graph {
  readonly #ranks: readonly Rank[];
  readonly #extensions: ReadonlyMap<string, ExtensionInstance>;
  readonly #logger: Logger;
  /** Components whose start was called, in order, by rank. */
  readonly #started: GraphNode[][] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(ranks: readonly Rank[], extensions: ReadonlyMap<string, ExtensionInstance>, logger: Logger) {
    this.#ranks = ranks;
    this.#extensions = extensions;
    this.#logger = logger;
  }

  /** @throws Error naming the component that failed; whatever had started is shut down again by then. */
  start(): Promise<void> {
    this.#starting ??= this.#startAll();
    return this.#starting;
  }

  /**
   * Stops everything that was started, also when some of it fails or hangs. A start under way is waited for. May be called twice.
   * @param deadline epoch milliseconds
   * @throws Error naming all components that failed or were late, after all were tried.
   */
  shutdown(deadline: number): Promise<void> {
    this.#stopping ??= this.#stopAfterStart(deadline);
    return this.#stopping;
  }

  /** Port by component id, with `_name` where a component has several. */
  ports(): Record<string, number> {
    const ports: Record<string, number> = {};
    for (const { id, component } of this.#started.flat()) {
      for (const [name, port] of Object.entries(component.ports?.() ?? {}))
        ports[name === "" ? id : `${id}_${name}`] = port;
    }
    return ports;
  }

  /** Of all components; the first one that names a path has it. */
  webRoutes(): WebRoute[] {
    const routes = new Map<string, WebRoute>();
    for (const { label, component } of this.#started.flat()) {
      for (const route of component.webRoutes?.() ?? []) {
        if (routes.has(route.path))
          this.#logger.info("another component has the path already", { component: label, path: route.path });
        else routes.set(route.path, route);
      }
    }
    return [...routes.values()];
  }

  scrapeTargets(): ScrapeTargets {
    return mergeTargets(this.#started.flat().flatMap(({ component }) => component.scrapeTargets?.() ?? []));
  }

  /** The extension of this id in this thread. */
  extension(id: string): ExtensionInstance | undefined {
    return this.#extensions.get(id);
  }

  async #startAll(): Promise<void> {
    for (const rank of this.#ranks) {
      const started: GraphNode[] = [];
      this.#started.push(started);
      for (const node of rank) {
        try {
          if (this.#stopping) throw new Error("it was told to stop");
          started.push(node);
          await node.component.start?.();
          this.#logger.debug("started", { component: node.label });
        } catch (error) {
          await this.#cleanUp();
          throw new Error(`cannot start ${node.label}: ${messageOf(error)}`, { cause: error });
        }
      }
    }
  }

  async #cleanUp(): Promise<void> {
    try {
      await this.#stopAll(Date.now() + CLEANUP_MILLIS);
    } catch (error) {
      this.#logger.warn(messageOf(error));
    }
  }

  async #stopAfterStart(deadline: number): Promise<void> {
    if (this.#starting) {
      try {
        await within(this.#starting, deadline);
      } catch (error) {
        // Whoever called start is told as well; what it had started is cleaned up, unless it hangs.
        this.#logger.debug("stopped while starting", { error });
      }
    }
    await this.#stopAll(deadline);
  }

  async #stopAll(deadline: number): Promise<void> {
    const failures: string[] = [];
    const ranks = this.#started.splice(0).toReversed();
    for (const [index, rank] of ranks.entries()) {
      const left = Math.max(0, deadline - Date.now());
      const share = index === ranks.length - 1 ? left : left * SHARE;
      const limit = Date.now() + share;
      const told = Date.now() + share * TOLD_SHARE;
      await Promise.all(
        rank.toReversed().map(async (node) => {
          try {
            await within(node.component.shutdown?.(told) ?? Promise.resolve(), limit);
            this.#logger.debug("stopped", { component: node.label });
          } catch (error) {
            failures.push(`${node.label}: ${messageOf(error)}`);
          }
        }),
      );
    }
    if (failures.length > 0) throw new Error(`cannot stop cleanly: ${failures.join("; ")}`);
  }
}

/** @throws what the promise throws, or an Error when it isn't settled by `limit` (epoch milliseconds). */
async function within(promise: Promise<void>, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it was not done in time")), Math.max(0, limit - Date.now()));
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
