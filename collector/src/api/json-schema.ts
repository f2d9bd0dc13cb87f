/** Short ways to write JSON Schemas for the OpenAPI document. */

export const string = { type: "string" };
export const number = { type: "number" };
export const integer = { type: "integer" };
export const boolean = { type: "boolean" };
export const nullable = { type: ["number", "null"] };
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: object) => ({ type: "array", items });
export const map = (values: object) => ({ type: "object", additionalProperties: values });

/** Every property is required but those in `optional`; there are no others. */
export function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
    additionalProperties: false,
  };
}

/** OTLP JSON leaves defaults out: nothing is required. */
export function partial(properties: Readonly<Record<string, object>>) {
  return object(properties, Object.keys(properties));
}
