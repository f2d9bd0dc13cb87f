/**
 * Words for a severity -> OTLP's SeverityNumber (https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber): what
 * logging libraries, Loki, Elasticsearch and syslog call their levels. Knows no record.
 */

const NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    1: "trace trc verbose silly finest finer t v 10",
    5: "debug dbg fine d 20",
    9: "info inf information informational config i 30",
    10: "notice",
    13: "warn wrn warning w 40",
    17: "error err severe e 50",
    21: "fatal critical crit panic dpanic f c 60",
    22: "alert",
    23: "emergency emerg",
  }).flatMap(([number, words]) => words.split(" ").map((word): [string, number] => [word, Number(number)])),
);

/** OTLP's own short names with a step: TRACE1 to FATAL4. */
const STEPPED = /^(trace|debug|info|warn|error|fatal)([1-4])$/;
/** Longer texts are no level. */
const LONGEST = 16;

/** 1 to 24, whatever the case and the blanks around; 0 = no word for a severity. Numbers are those of bunyan and pino. */
export function severityNumberOf(text: string): number {
  if (text.length === 0 || text.length > LONGEST) return 0;
  const known = NUMBERS.get(text);
  if (known !== undefined) return known;
  const word = text.trim().toLowerCase();
  const stepped = STEPPED.exec(word);
  if (stepped) return (NUMBERS.get(stepped[1]) as number) + Number(stepped[2]) - 1;
  return NUMBERS.get(word) ?? 0;
}

/** What searches, levels and counts go by: the number as it was sent, else the one that the severity text stands for. */
export function effectiveSeverity(severityNumber: number, severityText: string): number {
  return severityNumber > 0 ? severityNumber : severityNumberOf(severityText);
}
