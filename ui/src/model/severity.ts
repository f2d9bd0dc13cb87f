/** OTLP severity numbers (1 to 24, 0 = unspecified) as the UI names them: a letter beside every colour, and a word. */
export interface SeverityLevel {
  /** The least number of the level. */
  readonly number: number;
  readonly letter: string;
  readonly name: string;
}

/** From https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber. */
export const SEVERITY_LEVELS: readonly SeverityLevel[] = [
  { number: 0, letter: "·", name: "unspecified" },
  { number: 1, letter: "T", name: "trace" },
  { number: 5, letter: "D", name: "debug" },
  { number: 9, letter: "I", name: "info" },
  { number: 13, letter: "W", name: "warn" },
  { number: 17, letter: "E", name: "error" },
  { number: 21, letter: "F", name: "fatal" },
];

export function severityLevel(severityNumber: number): SeverityLevel {
  return SEVERITY_LEVELS.findLast((level) => severityNumber >= level.number) ?? SEVERITY_LEVELS[0];
}

/** By the name that the contract uses; "unset" and anything unknown is unspecified. */
export function levelNamed(name: string): SeverityLevel {
  return SEVERITY_LEVELS.find((level) => level.name === name) ?? SEVERITY_LEVELS[0];
}

export function isErrorSeverity(severityNumber: number): boolean {
  return severityNumber >= 17;
}

export function isWarnSeverity(severityNumber: number): boolean {
  return severityNumber >= 13 && severityNumber < 17;
}
