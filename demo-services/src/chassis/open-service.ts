/**
 * Opens a service in this process: builds it from its parts, gives it its faults, listens. In: a factory and where to
 * listen. Out: an OpenService to ask for its ports and to close. Knows neither signals nor supervisors, so that tests
 * can open several.
 */

import { join } from "node:path";
import { blockEventLoop } from "../faults/block-event-loop.ts";
import { FaultBoard } from "../faults/fault-board.ts";
import { type FaultControl, openFaultControl } from "../faults/fault-control.ts";
import { createMemoryGrowth } from "../faults/grow-memory.ts";
import { HttpService } from "./http-service.ts";
import { Peers } from "./peers.ts";
import { Readiness, type ReadinessChecks } from "./readiness.ts";
import type { Routes } from "./router.ts";
import { type CallPolicy, ServiceClient } from "./service-client.ts";
import { type ServiceLogger, createServiceLogger } from "./service-logger.ts";
import { ServiceMetrics } from "./service-metrics.ts";
import { TracedDatabase } from "./traced-database.ts";
import { watchEventLoop } from "./watch-event-loop.ts";

/** What a service is built with. */
export interface ServiceContext {
  logger: ServiceLogger;
  metrics: ServiceMetrics;
  faults: FaultBoard;
  /** The bug of a bad release. */
  buggy: boolean;
  database: TracedDatabase;
  createClient: (peer: string, policy: CallPolicy, override?: () => Partial<CallPolicy> | undefined) => ServiceClient;
}

export interface ServiceParts {
  routes: Routes;
  checks: ReadinessChecks;
  /** Work that is repeated while the service is open: pruning, restocking. */
  jobs: { everyMillis: number; run: () => void }[];
}

export interface ServiceDefinition {
  name: string;
  /** SQL that creates the tables unless they exist. */
  schema: string;
  create(context: ServiceContext): ServiceParts;
}

export interface OpenServiceOptions {
  port?: number;
  controlPort?: number;
  /** Without one the database is in memory. */
  dataDirectory?: string;
  peers?: Peers;
  buggy?: boolean;
  processMetrics?: boolean;
}

export interface OpenService {
  port: number;
  controlPort: number;
  url: string;
  faults: FaultBoard;
  /** Resolves when requests under way are answered, or cut after the deadline. */
  close(deadlineMillis: number): Promise<void>;
}

export async function openService(definition: ServiceDefinition, options: OpenServiceOptions): Promise<OpenService> {
  const logger = createServiceLogger();
  const metrics = new ServiceMetrics({ processMetrics: options.processMetrics ?? false });
  const peers = options.peers ?? new Peers();
  const file =
    options.dataDirectory === undefined ? ":memory:" : join(options.dataDirectory, `${definition.name}.sqlite`);
  const database = new TracedDatabase(file, definition.schema);
  let endHanging: (() => void) | undefined;
  let hanging: Promise<void> | undefined;
  const faults: FaultBoard = new FaultBoard({
    effects: {
      event_loop_block: blockEventLoop,
      memory_growth: createMemoryGrowth(logger),
      dead_dependency: () => {
        service.suspend();
        return () => void service.resume();
      },
      hanging_dependency: () => {
        hanging = new Promise((resolve) => (endHanging = resolve));
        return () => {
          endHanging?.();
          hanging = undefined;
        };
      },
    },
    onChange: (fault, active) => metrics.faultActive.set({ fault }, active ? 1 : 0),
  });
  const parts = definition.create({
    logger,
    metrics,
    faults,
    buggy: options.buggy ?? false,
    database,
    createClient: (peer, policy, override) => new ServiceClient({ peer, peers, metrics, policy, override }),
  });
  const readiness = new Readiness({ database: () => database.ping(), ...parts.checks });
  const service: HttpService = new HttpService({
    routes: parts.routes,
    logger,
    metrics,
    readiness,
    gate: () => hanging,
  });
  await service.listen(options.port ?? 0);
  const control: FaultControl = await openFaultControl(
    {
      list: () => faults.list(),
      activate: (request) => faults.activate(request),
      clear: (fault) => (fault === undefined ? faults.clearAll() : faults.clear(fault)),
    },
    options.controlPort,
  );
  const timers = parts.jobs.map(({ everyMillis, run }) => repeat(everyMillis, run, logger));
  const unwatch = watchEventLoop(logger);

  return {
    port: service.port,
    controlPort: control.port,
    url: `http://127.0.0.1:${service.port}`,
    faults,
    close: async (deadlineMillis) => {
      readiness.drain();
      faults.clearAll();
      for (const timer of timers) clearInterval(timer);
      unwatch();
      await control.close();
      await service.close(deadlineMillis);
      database.close();
    },
  };
}

function repeat(everyMillis: number, run: () => void, logger: ServiceLogger): NodeJS.Timeout {
  const timer = setInterval(() => {
    try {
      run();
    } catch (error) {
      logger.error({ err: error }, "a background job failed");
    }
  }, everyMillis);
  timer.unref();
  return timer;
}
