/** OTTL's names for numbers of the data model. */
import { SPAN_KIND_NAMES } from "../records/match-config.ts";

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** INFO = 9, INFO2 = 10 and so on, as OpenTelemetry's short names for severities. */
export const SEVERITY_NUMBERS: ReadonlyMap<string, number> = new Map(
  SEVERITIES.flatMap((name, i) =>
    [1, 2, 3, 4].map((n): [string, number] => [n === 1 ? name : `${name}${n}`, i * 4 + n]),
  ),
);

export const ENUMS: ReadonlyMap<string, bigint> = new Map([
  ...SPAN_KIND_NAMES.map((name, kind): [string, bigint] => [name, BigInt(kind)]),
  ...["UNSET", "OK", "ERROR"].map((name, code): [string, bigint] => [`STATUS_CODE_${name}`, BigInt(code)]),
  ["SEVERITY_NUMBER_UNSPECIFIED", 0n],
  ...[...SEVERITY_NUMBERS].map(([name, number]): [string, bigint] => [`SEVERITY_NUMBER_${name}`, BigInt(number)]),
]);
