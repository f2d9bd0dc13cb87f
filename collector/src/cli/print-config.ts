/** `print-config`: the configuration as it takes effect, as YAML that can be loaded again. */
import type { Factory } from "../component/factory.ts";
import { formatConfig } from "../config/format-config.ts";
import { loadConfig, type ConfigSources } from "../config/load-config.ts";
import type { Surroundings } from "../config/source.ts";
import type { Streams } from "./streams.ts";

/** @throws ConfigError */
export function printConfig(
  sources: ConfigSources,
  factories: readonly Factory[],
  surroundings: Surroundings,
  { stdout, stderr }: Streams,
): number {
  const config = loadConfig(sources, factories, surroundings);
  for (const warning of config.warnings) stderr.write(`warning: ${warning}\n`);
  stdout.write(formatConfig(config, factories));
  return 0;
}
