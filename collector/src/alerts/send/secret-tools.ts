/** How sending gets at what the configuration only names. Both throw when a file cannot be read, and are asked each time. */
import type { Secret } from "../notify/config/secret.ts";

export interface SecretTools {
  readonly reveal: (secret: Secret) => string;
  /** A path relative to the configuration file. */
  readonly readFile: (path: string) => string;
}
