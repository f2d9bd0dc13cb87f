/** What a template may call: functions by name, each with the number of arguments it takes. */
import type { Value } from "./value.ts";

export interface TemplateFunction {
  /** Arguments, with what comes through a bar. */
  readonly least: number;
  /** Absent = as many as `least`. */
  readonly most?: number;
  /** Throws a TemplateFault, whose message the template's error gives on. */
  readonly run: (...args: Value[]) => Value;
}

export type TemplateFunctions = Readonly<Record<string, TemplateFunction>>;
