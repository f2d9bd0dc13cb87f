/** Which configuration is meant where none is named: `otel-config.yaml` of the working directory if there is one, else the built-in. */
import type { Surroundings } from "./source.ts";

export const DEFAULT_CONFIG = "otel-config.yaml";
export const BUILT_IN = "builtin:";

/** The sources to read, in order. A file that is there and cannot be read is meant all the same: reading it says why. */
export function configsOf(named: readonly string[], surroundings: Surroundings): readonly string[] {
  if (named.length > 0) return named;
  try {
    surroundings.readFile(DEFAULT_CONFIG);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isMissing && surroundings.builtIn) return [BUILT_IN];
  }
  return [DEFAULT_CONFIG];
}

/** With what the built-in configuration takes for variables that are not set. */
export function surroundingsOf(configs: readonly string[], surroundings: Surroundings): Surroundings {
  const { builtIn, variables } = surroundings;
  if (!builtIn || !configs.includes(BUILT_IN)) return surroundings;
  return { ...surroundings, variables: { ...builtIn.variables, ...variables } };
}
