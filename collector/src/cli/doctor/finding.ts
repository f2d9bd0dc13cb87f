/** What a check of `doctor` finds: a line for people, a record for programs. */

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly text: string;
  /** What to do about it. */
  readonly fix?: string;
}

export const ok = (check: string, text: string): Finding => ({ check, state: "ok", text });
export const warn = (check: string, text: string, fix: string): Finding => ({ check, state: "warn", text, fix });
export const fail = (check: string, text: string, fix: string): Finding => ({ check, state: "fail", text, fix });
