/** The data directory that a configuration names: what commands on a store use when none is given. */
import type { Factory } from "../component/factory.ts";
import { loadConfig, type ConfigSources } from "../config/load-config.ts";
import type { Surroundings } from "../config/source.ts";
import { UsageError } from "./usage.ts";

/** @throws ConfigError, UsageError when there is not exactly one */
export function configuredDirectory(
  sources: ConfigSources,
  factories: readonly Factory[],
  surroundings: Surroundings,
): string {
  const { extensions } = loadConfig(sources, factories, surroundings);
  const directories = Object.entries(extensions)
    .filter(([id]) => id === "storage" || id.startsWith("storage/"))
    .map(([, config]) => (config as { directory: string }).directory);
  if (directories.length === 1) return directories[0];
  throw new UsageError(
    `cannot tell which data directory is meant: ${sources.configs.join(", ") || "the configuration"} configures ${directories.length === 0 ? "no storage extension" : directories.join(" and ")}; name DIR`,
  );
}
