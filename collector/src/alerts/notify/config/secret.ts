/**
 * A secret of the configuration: written in the file, named by an environment variable (`${env:NAME}`) or by a path. It is read when it
 * is used, so that a file that changes takes effect; printing, logging and serialising it shows `<secret>`.
 */
import { inspect } from "node:util";

export interface SecretSources {
  readonly readFile: (path: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const HIDDEN = "<secret>";
const REFERENCE = /\$\{env:([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

export class Secret {
  readonly #text: string;
  readonly #isPath: boolean;

  private constructor(text: string, isPath: boolean) {
    this.#text = text;
    this.#isPath = isPath;
  }

  /** A text with any number of `${env:NAME}` or `${env:NAME:-default}` in it. */
  static ofText(text: string): Secret {
    return new Secret(text, false);
  }

  static ofFile(path: string): Secret {
    return new Secret(path, true);
  }

  /** The names of variables that the text needs and that are not set. */
  missingVariables(environment: SecretSources["environment"]): string[] {
    if (this.#isPath) return [];
    return [...this.#text.matchAll(REFERENCE)]
      .filter(([, name, otherwise]) => otherwise === undefined && !environment[name])
      .map(([, name]) => name);
  }

  /** Surrounding white space of a file is not part of it. @throws what readFile throws */
  reveal({ readFile, environment }: SecretSources): string {
    if (this.#isPath) return readFile(this.#text).trim();
    return this.#text.replace(REFERENCE, (_, name: string, otherwise = "") => environment[name] || otherwise);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
