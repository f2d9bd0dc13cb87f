/**
 * Traces for unit tests, written as a picture: one line a span, indented under its parent, with start and end in milliseconds.
 *
 *   gateway GET /pay 0-100
 *     orders place 10-90 error
 *       db SELECT 20-30
 *
 * In: such text; out: OTLP JSON. Words after the times: error; client, server, …; id=…; parent=… (overrides the indentation).
 */
import type { WireOtlpTraces, WireResourceSpans, WireSpan } from "goldspan/contract";
import { buildTrace } from "../../src/model/trace-build.ts";
import type { Trace } from "../../src/model/trace.ts";
import { toKeyValues } from "./otlp-values.ts";
import { toNanoText } from "./trace-generator.ts";

const LINE = /^(\s*)(\S+) (.+?) (-?[\d.]+)-(-?[\d.]+)((?: \S+)*)$/;
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];
export const EPOCH = 1_700_000_000_000;

export function drawTrace(picture: string): Trace {
  return buildTrace("00000000000000000000000000000001", drawSpans(picture));
}

function drawSpans(picture: string): WireOtlpTraces {
  const groups = new Map<string, WireResourceSpans>();
  const path: { indent: number; id: string }[] = [];
  let number = 0;
  for (const line of picture.split("\n").filter((line) => line.trim() !== "")) {
    const [, space, service, name, from, to, rest] = LINE.exec(line) ?? [];
    if (space === undefined) throw new Error(`cannot read the span "${line}"`);
    while (path.length > 0 && path[path.length - 1].indent >= space.length) path.pop();
    const words = rest.trim().split(" ");
    const option = (key: string): string | undefined =>
      words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
    number += 1;
    const spanId = option("id") ?? number.toString(16).padStart(16, "0");
    const parentSpanId = option("parent") ?? path.at(-1)?.id;
    path.push({ indent: space.length, id: spanId });
    const span: WireSpan = {
      traceId: "00000000000000000000000000000001",
      spanId,
      ...(parentSpanId ? { parentSpanId } : {}),
      name,
      kind: Math.max(
        1,
        KINDS.findIndex((kind) => words.includes(kind)),
      ),
      startTimeUnixNano: toNanoText(EPOCH + Number(from)),
      endTimeUnixNano: toNanoText(EPOCH + Number(to)),
      ...(words.includes("error") ? { status: { code: 2, message: option("message") ?? "" } } : {}),
    };
    const group = groups.get(service) ?? {
      resource: { attributes: toKeyValues({ "service.name": service }) },
      scopeSpans: [{ spans: [] }],
    };
    groups.set(service, group);
    group.scopeSpans?.[0].spans?.push(span);
  }
  return { resourceSpans: [...groups.values()] };
}
