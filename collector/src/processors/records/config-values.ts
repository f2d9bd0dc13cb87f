/** Values written in a configuration as OTLP values: an integer stays an integer, a map becomes a kvlist. */
import type { ConfigValue } from "../../component/any-field.ts";
import type { AnyValue } from "../../wire/otlp/any-value.ts";

export function anyValueOf(value: ConfigValue): AnyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(anyValueOf);
  return new Map(Object.entries(value as Record<string, ConfigValue>).map(([key, item]) => [key, anyValueOf(item)]));
}
