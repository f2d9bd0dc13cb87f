/**
 * Regular expressions in configurations. The Collector's are RE2; base/re2.ts rewrites them into JavaScript's syntax, with `u`. In:
 * text; out: a RegExp, or what is wrong. Unlike RE2, JavaScript backtracks: a pattern with nested repetitions can take long on long
 * texts. It also knows lookaround, which is let through.
 */
import { translateRe2 } from "../base/re2.ts";
import { string, type Field } from "./config-schema.ts";

/** Unanchored, as in the Collector: write ^ and $ where the whole text must match. A string = why it is none. */
export function compilePattern(text: string, flags = "u"): RegExp | string {
  try {
    return new RegExp(translateRe2(text, { lookAround: true }), flags);
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
  }
}

/** A field that holds a pattern's text; compile it with {@link compilePattern} where it is used. */
export function pattern(options: { doc?: string; default?: string } = {}): Field<string> {
  return string({
    ...options,
    check(text) {
      const compiled = compilePattern(text);
      return typeof compiled === "string" ? `a regular expression (${compiled})` : undefined;
    },
  });
}
