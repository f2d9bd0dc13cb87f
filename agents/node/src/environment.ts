/**
 * Reads configuration from environment variables by OpenTelemetry's rules: an empty value counts as unset, a value that
 * cannot be read falls back to the default and leaves a warning. In: the variables. Out: typed values and warnings.
 * Must not know which variables exist.
 */

export class Environment {
  readonly #variables: NodeJS.ProcessEnv;
  /** One sentence for each variable whose value could not be used. */
  readonly warnings: string[] = [];

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  /** The trimmed value of the first of `names` that is set and not empty. */
  text(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.#variables[name]?.trim();
      if (value) return value;
    }
    return undefined;
  }

  /** `true` or `false` in any case (1 and 0 too); everything else is a warning and the fallback. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
    this.warnings.push(`cannot use ${name}=${value}: expected true or false; going on with ${fallback}`);
    return fallback;
  }

  /** A whole number of at least `least` from the first of `names` that is set. */
  count(names: string | string[], fallback: number, least: number): number {
    for (const name of [names].flat()) {
      const value = this.text(name);
      if (value === undefined) continue;
      const number = Number(value);
      if (Number.isInteger(number) && number >= least) return number;
      this.warnings.push(
        `cannot use ${name}=${value}: expected a whole number of at least ${least}; going on with ${fallback}`,
      );
    }
    return fallback;
  }

  /** A comma-separated list without empty items; undefined when the variable is unset. */
  list(name: string): string[] | undefined {
    return this.text(name)
      ?.split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  }
}
