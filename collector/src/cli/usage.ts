/** What every part of the command line shares. */

/** The command line cannot be understood; exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Read when no --config is given. */
export const DEFAULT_CONFIG = "otel-config.yaml";
