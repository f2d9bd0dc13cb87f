/**
 * `run`: loads the configuration, starts the collector, says when it is ready, and stops it on SIGTERM or SIGINT. Resolves with the
 * exit code; main.ts ends the process.
 */
import { messageOf } from "../base/errors.ts";
import type { Factory } from "../component/factory.ts";
import type { WebAccess } from "../component/component.ts";
import { createLogger, type Logger } from "../component/logger.ts";
import { BUILT_IN, configsOf } from "../config/default-source.ts";
import { loadConfig, type ConfigSources } from "../config/load-config.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import type { Surroundings } from "../config/source.ts";
import { Collector } from "../threads/collector.ts";
import { tuneGarbageCollection } from "../threads/garbage-collection.ts";
import { memoryRoom } from "../threads/memory-room.ts";
import { firstSteps } from "./first-steps.ts";
import type { Streams } from "./streams.ts";

/** How long stopping may take: below the 10 s after which container engines kill. */
const SHUTDOWN_MILLIS = 9000;

export interface RunParts {
  readonly factories: readonly Factory[];
  readonly factoriesUrl: string;
  readonly surroundings: Surroundings;
  readonly streams: Streams;
  readonly version: string;
  readonly commit?: string | undefined;
  /** Calls back at SIGTERM and SIGINT; a second signal ends the process without waiting. */
  readonly onStopSignal: (stop: (signal: string) => void) => void;
}

/** @throws ConfigError */
export async function run(sources: ConfigSources, parts: RunParts): Promise<number> {
  const { factories, factoriesUrl, surroundings, streams, version, commit } = parts;
  const config = loadConfig(sources, factories, surroundings);
  const logger = createLogger(config.service.telemetry.logs.level);
  for (const warning of config.warnings) logger.warn(warning);
  const room = memoryRoom();
  tuneGarbageCollection(room.oldMb);

  const stopped = Promise.withResolvers<number>();
  const collector = new Collector({
    config,
    factories,
    factoriesUrl,
    version,
    commit,
    room,
    logger,
    onFatal: (error) => {
      logger.error("cannot go on; stopping", { error: error.stack ?? error.message });
      stopped.resolve(1);
    },
  });
  parts.onStopSignal((signal) => {
    logger.info("stopping", { signal });
    stopped.resolve(0);
  });
  const started = collector.start();
  const outcome = await Promise.race([
    started.then((ports) => ({ ports })),
    stopped.promise.then((code) => ({ code })),
  ]).catch((error: unknown) => ({ error }));
  if ("error" in outcome) {
    streams.stderr.write(`${messageOf(outcome.error)}\n`);
    return 1;
  }
  if ("ports" in outcome) {
    streams.stdout.write(`${JSON.stringify({ msg: "ready", ports: outcome.ports })}\n`);
    logger.info("ready", { ports: outcome.ports });
    greet(collector.webAccess, streams);
    if (configsOf(sources.configs, surroundings).join() === BUILT_IN) teach(outcome.ports, config, streams);
  }
  const code = await stopped.promise;
  return stop(collector, code, logger);
}

async function stop(collector: Collector, code: number, logger: Logger): Promise<number> {
  try {
    await collector.shutdown(Date.now() + SHUTDOWN_MILLIS);
    return code;
  } catch (error) {
    logger.error("could not stop cleanly", { error });
    return 1;
  }
}

/** The address for people. Where the token was made here the link holds it: on stdout and stderr, never in a line of the log. */
function greet(access: readonly WebAccess[], { stdout, stderr }: Streams): void {
  for (const { link, signsIn, needsToken } of access) {
    stderr.write(`Goldspan is at ${link}${needsToken ? " (it asks for the token of extensions.web.auth)" : ""}\n`);
    if (signsIn) stdout.write(`Sign in at ${link}\n`);
  }
}

/** Who runs the built-in configuration and no other may be here for the first time. */
function teach(ports: Readonly<Record<string, number>>, config: ResolvedConfig, { stderr }: Streams): void {
  const { directory } = (config.extensions.storage ?? {}) as { directory?: string };
  const text = firstSteps({ http: ports.otlp_http, grpc: ports.otlp_grpc }, directory);
  if (text !== undefined) stderr.write(text);
}
