/** Names of what a log record has: what conditions test, columns show and numbers are grouped by. */
export type LogField =
  | {
      /**
       * service: the resource's service.name. body: its text, as anyValueText() gives it. level: trace, debug, info, warn, error, fatal or
       * "" by the severity number (or what the severity text stands for). severity_text, event_name, scope (name), trace_id and span_id (lower-case hex): absent where empty.
       */
      readonly kind: "service" | "body" | "level" | "severity_text" | "event_name" | "scope" | "trace_id" | "span_id";
    }
  /**
   * An attribute of the record, its scope or its resource, else a member of a body that is a map or, when that is switched on, the text
   * of a JSON object: `a.b` is the member b of the member a, or the member "a.b". Old and new names of a convention are the same key.
   */
  | { readonly kind: "attribute"; readonly key: string };

export function attributeField(key: string): LogField {
  return { kind: "attribute", key };
}

/** Lowest severity number of each level (https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber). */
export const LEVEL_NUMBERS = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;
export type LevelName = keyof typeof LEVEL_NUMBERS;
export const LEVEL_NAMES = Object.keys(LEVEL_NUMBERS) as readonly LevelName[];

/** "" for 0, which is unknown. */
export function levelOf(severityNumber: number): LevelName | "" {
  return severityNumber === 0 ? "" : LEVEL_NAMES[Math.min(5, (severityNumber - 1) >> 2)];
}
