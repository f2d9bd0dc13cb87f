/** The labels of span metrics: names, values, and a series' key turned into the attributes of its points. */
import { encodeKeyValue } from "../../wire/otlp/any-value.ts";
import { ABSENT } from "../series/series-table.ts";
import type { TextTable } from "../series/text-table.ts";
import { KIND_DIMENSION, NAME_DIMENSION, SERVICE_DIMENSION, STATUS_DIMENSION, type Dimension } from "./config.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const STATUSES = ["UNSET", "OK", "ERROR"];
const SCOPE_NAME = "span.instrumentation.scope.name";
const SCOPE_VERSION = "span.instrumentation.scope.version";

/** Parts of a key: owner, code, name, scope's name and version, then the dimensions. */
export const CODE = 1;
export const NAME = 2;
export const SCOPE = 3;
export const FIRST_DIMENSION = 5;

/** Kind and status as one number; of one that is left out 0. */
export function codeOf(kind: number, status: number): number {
  return kind * 4 + status;
}

export interface LabelOptions {
  /** Own dimensions that are left out. */
  readonly excluded: ReadonlySet<string>;
  readonly dimensions: readonly Dimension[];
}

export function labelsOf(
  { excluded, dimensions }: LabelOptions,
  service: string,
  key: Uint32Array,
  texts: TextTable,
): Uint8Array[] {
  const labels: Uint8Array[] = [];
  const put = (name: string, text: string) => {
    if (!excluded.has(name)) labels.push(encodeKeyValue(name, text));
  };
  put(SERVICE_DIMENSION, service);
  put(NAME_DIMENSION, key[NAME] === ABSENT ? "" : texts.textOf(key[NAME]));
  put(KIND_DIMENSION, `SPAN_KIND_${KINDS[key[CODE] >> 2]}`);
  put(STATUS_DIMENSION, `STATUS_CODE_${STATUSES[key[CODE] & 3]}`);
  [SCOPE_NAME, SCOPE_VERSION, ...dimensions.map(({ name }) => name)].forEach((name, i) => {
    const text = key[SCOPE + i];
    if (text !== ABSENT) labels.push(encodeKeyValue(name, texts.textOf(text)));
  });
  return labels;
}

/** Of the series that stands for all beyond a limit. */
export function overflowLabels(service: string | undefined): Uint8Array[] {
  const overflow = encodeKeyValue("otel.metric.overflow", "true");
  return service === undefined ? [overflow] : [encodeKeyValue(SERVICE_DIMENSION, service), overflow];
}
