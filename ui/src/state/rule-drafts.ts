/**
 * Texts of rule files that were changed and not saved: kept in the browser, so that leaving the page, or losing it, loses nothing. In: a
 * file's name ("" = one that has none yet); out: its text, and the version of the file that it was made from.
 */
import { readPreference, writePreference } from "./preferences.ts";

export interface RuleDraft {
  readonly text: string;
  /** "" = there was no such file. */
  readonly version: string;
}

const keyOf = (name: string): string => `rule-draft.${name}`;

export function readRuleDraft(name: string): RuleDraft | undefined {
  const kept = readPreference(keyOf(name));
  if (!kept) return undefined;
  try {
    const { text, version } = JSON.parse(kept) as Partial<RuleDraft>;
    return typeof text === "string" && typeof version === "string" ? { text, version } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Undefined = there is nothing to be kept any more. */
export function keepRuleDraft(name: string, draft: RuleDraft | undefined): void {
  writePreference(keyOf(name), draft ? JSON.stringify(draft) : "");
}
