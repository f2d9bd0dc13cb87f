/** `validate`: loads the configuration as `run` would and starts nothing. Exit code 1 with one list when something is wrong. */
import type { Factory } from "../component/factory.ts";
import { loadConfig, type ConfigSources } from "../config/load-config.ts";
import type { Surroundings } from "../config/source.ts";
import type { Streams } from "./streams.ts";

/** @throws ConfigError */
export function validate(
  sources: ConfigSources,
  factories: readonly Factory[],
  surroundings: Surroundings,
  { stdout, stderr }: Streams,
): number {
  const { service, warnings } = loadConfig(sources, factories, surroundings);
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  const pipelines = Object.keys(service.pipelines);
  stdout.write(`the configuration is valid; pipelines: ${pipelines.join(", ")}\n`);
  return 0;
}
