/** What the descriptions of all vendors are written with: a JSON Schema lets nothing through beyond what it names. */
import { Ajv } from "ajv";
import type { Answer, SeenRequest } from "../chat-server.ts";

export interface Vendor {
  readonly name: string;
  /** One integration, at the server. */
  readonly receiver: (url: string) => string;
  readonly path: string;
  readonly agrees: Answer | ((request: SeenRequest) => Answer);
  /** Asks to wait 3 s. */
  readonly limits: Answer;
  /** Throws when the request is not what is documented. */
  readonly check: (request: SeenRequest) => void | Promise<void>;
}

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });

export function schema(definition: object): (json: unknown) => void {
  const validate = ajv.compile(definition);
  return (json) => {
    if (!validate(json)) throw new Error(`${ajv.errorsText(validate.errors)} in ${JSON.stringify(json).slice(0, 500)}`);
  };
}

export const text = (maxLength: number, minLength = 0) => ({ type: "string", minLength, maxLength });
export const object = (properties: object, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
export const list = (items: object, maxItems: number, minItems = 0) => ({ type: "array", items, maxItems, minItems });
export const URL_TEXT = { type: "string", pattern: "^https?://" };

export function ensure(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

export const LIMITED: Answer = { status: 429, headers: { "retry-after": "3" } };

export function isJson({ method, headers }: SeenRequest): void {
  ensure(
    method === "POST" && headers["content-type"].startsWith("application/json"),
    `${method} of ${headers["content-type"]}`,
  );
}
