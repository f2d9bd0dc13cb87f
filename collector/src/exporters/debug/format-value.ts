/** Values of OTLP JSON as the Collector's debug exporter writes them: `Str(a)`, `Int(1)`, `Map({"k":"v"})`; plain in one-line texts. */

/** An AnyValue as OTLP JSON has it. */
export interface JsonAnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number | string;
  arrayValue?: { values?: JsonAnyValue[] };
  kvlistValue?: { values?: JsonKeyValue[] };
  bytesValue?: string;
}

export interface JsonKeyValue {
  key?: string;
  value?: JsonAnyValue;
}

export function formatTyped(value: JsonAnyValue = {}): string {
  if (value.stringValue !== undefined) return `Str(${value.stringValue})`;
  if (value.boolValue !== undefined) return `Bool(${value.boolValue})`;
  if (value.intValue !== undefined) return `Int(${value.intValue})`;
  if (value.doubleValue !== undefined) return `Double(${value.doubleValue})`;
  if (value.arrayValue) return `Slice(${formatPlain(value)})`;
  if (value.kvlistValue) return `Map(${formatPlain(value)})`;
  if (value.bytesValue !== undefined) return `Bytes(${formatPlain(value)})`;
  return "Empty()";
}

/** Without the type. */
export function formatPlain(value: JsonAnyValue = {}): string {
  const plain = plainOf(value);
  return typeof plain === "string" ? plain : plain === null ? "" : JSON.stringify(plain);
}

function plainOf(value: JsonAnyValue): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plainOf);
  if (value.kvlistValue)
    return Object.fromEntries(
      (value.kvlistValue.values ?? []).map((each) => [each.key ?? "", plainOf(each.value ?? {})]),
    );
  return value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue ?? value.bytesValue ?? null;
}
