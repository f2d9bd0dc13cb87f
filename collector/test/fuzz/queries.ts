/** Texts that people write: conditions of the filter processor and trace searches. They parse or name a place inside the text. */
import { QueryError } from "../../src/base/errors.ts";
import { compileCondition } from "../../src/processors/filter/compile-condition.ts";
import { ConditionError } from "../../src/processors/filter/condition-error.ts";
import { RecordView } from "../../src/processors/records/record-view.ts";
import { parseTraceQuery } from "../../src/query/traces/parse-query.ts";
import { spanBatch } from "../kit/batches.ts";
import { mutateText } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

const CONDITION_WORDS =
  'attributes name kind status code resource scope span IsMatch IsRootSpan nil true and or not ( ) [ ] . , == != < >= 1 -2.5 "a" "(?i)b" 0xff ='.split(
    " ",
  );
const CONDITION =
  'attributes["a"] == "x" and (name != nil or not IsMatch(resource.attributes["b"], "^c.*")) and kind >= 2';
const record = new RecordView().at(
  spanBatch({ resource: { a: 1 }, records: [{ attributes: { a: ["x", { b: 1 }] } }] }),
  0,
);

export const conditions: FuzzTarget = {
  name: "conditions",
  round(random) {
    const words = Array.from({ length: 1 + random.below(9) }, () => random.pick(CONDITION_WORDS)).join(" ");
    const text = random.chance(0.5)
      ? words
      : mutateText(random, CONDITION, [...CONDITION_WORDS, "\\", '"', "((((", "\u0000"]);
    try {
      const answer = compileCondition(text, { context: "span" })({ record });
      if (typeof answer !== "boolean") throw new Error(`${text} is ${String(answer)}`);
    } catch (error) {
      isPlaceIn(text, error instanceof ConditionError ? error.position : undefined, error, ConditionError);
    }
  },
};

const QUERY = 'service:checkout error duration>500ms http.route:/pay kind:server name:"GET /" status:error a="\\"b"';
const QUERY_WORDS = [
  "<=",
  ">",
  "=",
  ":",
  '"',
  "\\",
  " ",
  "duration",
  "error",
  "kind:",
  "1e400s",
  "-1s",
  "\ud800",
  "\n",
];

export const traceQueries: FuzzTarget = {
  name: "trace-queries",
  round(random) {
    const text = mutateText(random, QUERY, QUERY_WORDS);
    try {
      parseTraceQuery(text);
    } catch (error) {
      isPlaceIn(text, error instanceof QueryError ? error.position : undefined, error, QueryError);
    }
  },
};

function isPlaceIn(
  text: string,
  position: number | undefined,
  error: unknown,
  type: new (...a: never[]) => Error,
): void {
  if (!(error instanceof type)) throw new Error(`of ${JSON.stringify(text)}`, { cause: error });
  if (position !== undefined && (position < 0 || position > text.length))
    throw new Error(`${error.message}: place ${position} is outside of ${JSON.stringify(text)}`);
}
