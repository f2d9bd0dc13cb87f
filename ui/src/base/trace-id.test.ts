import { expect, test } from "vitest";
import { findTraceId } from "./trace-id.ts";

const ID = "5b8efff798038103d269b633813fc60c";
const SPAN = "00f067aa0ba902b7";

test.each([
  [ID, { traceId: ID }],
  [`  ${ID.toUpperCase()}\n`, { traceId: ID }],
  ["5b8efff7-9803-8103-d269-b633813fc60c", { traceId: ID }],
  [`traceparent: 00-${ID}-${SPAN}-01`, { traceId: ID, spanId: SPAN }],
  [`https://goldspan.example/traces/${ID}?last=1h&span=${SPAN}`, { traceId: ID, spanId: SPAN }],
  [`level=error trace_id=${ID} msg="no"`, { traceId: ID }],
  [`{"traceId":"${ID}"}`, { traceId: ID }],
  ["0".repeat(32), undefined],
  [ID.slice(1), undefined],
  [`${ID}0`, undefined],
  ["service:checkout", undefined],
])("%s", (text, expected) => {
  expect(findTraceId(text)).toEqual(expected);
});
