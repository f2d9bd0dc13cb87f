/**
 * By which names the web port lets itself be asked. A page of another site can let its own name point to this machine (DNS rebinding), and
 * its scripts would then read what is here: names that nobody vouched for are refused. In: the header Host; out: yes or no.
 */
import { isIP } from "node:net";

/** A name without port, brackets and final dot, in lower case. */
export function nameOf(host: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (bracketed ?? plain ?? host).toLowerCase().replace(/\.$/, "");
}

export class AllowedHosts {
  readonly #patterns: readonly string[];
  readonly #own: ReadonlySet<string>;

  /**
   * @param patterns names, `*.` and a name, or `*`
   * @param own names of this machine
   */
  constructor(patterns: readonly string[], own: readonly (string | undefined)[]) {
    this.#patterns = patterns.map((each) => each.toLowerCase());
    this.#own = new Set(own.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])));
  }

  /** Undefined: a program that speaks HTTP/1.0; browsers always say it. */
  allows(host: string | undefined): boolean {
    if (host === undefined) return true;
    const name = nameOf(host);
    // An address points to where it points.
    if (isIP(name) > 0 || name === "localhost" || name.endsWith(".localhost") || this.#own.has(name)) return true;
    return this.#patterns.includes("*") || this.isNamed(host);
  }

  /** Somebody wrote this name into the configuration; `*` is no name. */
  isNamed(host: string): boolean {
    const name = nameOf(host);
    return this.#patterns.some((pattern) =>
      pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : pattern !== "*" && pattern === name,
    );
  }
}
