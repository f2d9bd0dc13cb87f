/** Details of one span of a tree, read from its bytes when they are asked for: attributes, those of its resource, how it failed. */
import { BYTES, decodeText, ProtoReader } from "../../base/protobuf.ts";
import { canonicalKey } from "../../model/semconv.ts";
import { decodeExceptionEvent, eachExceptionOf } from "../../wire/exceptions/span-exceptions.ts";
import { anyValueText, locateKeyValue } from "../../wire/otlp/attribute-text.ts";
import { resourceAttributes } from "../../wire/otlp/attributes-of.ts";
import type { TreeSpan } from "./trace-tree.ts";

/** With the current name of renamed keys. */
export type OnAttributeText = (key: string, value: string) => void;

export function eachSpanAttribute({ batch, index }: TreeSpan, visit: OnAttributeText): void {
  const { bytes, attributeStart, attributeOffset, attributeLength } = batch;
  for (let a = attributeStart[index]; a < attributeStart[index + 1]; a++)
    visitText(bytes, attributeOffset[a], attributeOffset[a] + attributeLength[a], visit);
}

export function eachResourceAttribute({ batch, index }: TreeSpan, visit: OnAttributeText): void {
  resourceAttributes(batch.groups[batch.group[index]].resource, (bytes, start, end) =>
    visitText(bytes, start, end, visit),
  );
}

/** "" when it has none of them; of several keys the first one counts. */
export function spanAttribute(span: TreeSpan, ...keys: readonly string[]): string {
  const found = new Map<string, string>();
  eachSpanAttribute(span, (key, value) => void (keys.includes(key) && found.set(key, value)));
  return keys.map((key) => found.get(key)).find((value) => value) ?? "";
}

export interface SpanFailure {
  /** exception.type, error.type, or the protocol's status code; "" where none is known. */
  readonly type: string;
  readonly message: string;
}

const STATUS_KEYS = ["http.response.status_code", "rpc.response.status_code", "rpc.grpc.status_code"];

/** Its last exception, whether it failed or not. */
export function exceptionOf({ batch, index }: TreeSpan): SpanFailure {
  let [type, message] = ["", ""];
  eachExceptionOf(batch, index, (_, start, end) => {
    const found = decodeExceptionEvent(batch, index, start, end);
    [type, message] = [found.type, found.message];
  });
  return { type, message };
}

/** How a span failed, by its last exception, else by its attributes and its status. */
export function failureOf(span: TreeSpan): SpanFailure {
  const { type, message } = exceptionOf(span);
  return {
    type: type || spanAttribute(span, "error.type", ...STATUS_KEYS),
    message: message || statusMessage(span),
  };
}

/** Span.status, Status.message. */
const [STATUS, MESSAGE] = [15, 2];

function statusMessage({ batch, index }: TreeSpan): string {
  const { bytes, restStart, restOffset, restLength } = batch;
  let message = "";
  for (let r = restStart[index]; r < restStart[index + 1]; r++) {
    const reader = new ProtoReader(bytes, restOffset[r], restOffset[r] + restLength[r]);
    while (reader.next()) {
      if (reader.field !== STATUS || reader.wire !== BYTES) continue;
      const status = reader.message();
      while (status.next()) if (status.field === MESSAGE && status.wire === BYTES) message = status.string();
    }
  }
  return message;
}

function visitText(bytes: Uint8Array, start: number, end: number, visit: OnAttributeText): void {
  const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
  const key = canonicalKey(decodeText(bytes, keyStart, keyEnd));
  visit(key, anyValueText(bytes, valueStart, valueEnd));
}
