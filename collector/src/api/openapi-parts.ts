/** Short ways to write paths, parameters and answers of the OpenAPI document. */

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path";
  readonly required?: boolean;
  readonly description: string;
  readonly schema: object;
}

export const query = (name: string, description: string, schema: object = { type: "string" }): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});
export const path = (name: string, description: string): Parameter => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});
export const integer = (minimum: number, maximum: number, fallback: number) => ({
  type: "integer",
  minimum,
  maximum,
  default: fallback,
});

export const RANGE = [
  query("start", "begin of the time range: milliseconds since 1970 or RFC 3339; absent = no limit"),
  query("end", "end of the time range, inclusive"),
];
/** Of what is counted over time. */
export const HOUR = [
  query("start", "begin of the time range: milliseconds since 1970 or RFC 3339; by default an hour before its end"),
  query("end", "end of the time range, inclusive; by default now"),
];
export const BUCKETS = query("buckets", "time buckets of the series", integer(1, 500, 30));
export function get(
  summary: string,
  schema: string,
  parameters: readonly Parameter[] = [],
  errors: readonly number[] = [400],
) {
  const headers = {
    "goldspan-partial": { description: "what the answer lacks; absent = it is complete", schema: { type: "string" } },
  };
  const responses: Record<string, object> = { 200: { description: summary, headers, content: json(schema) } };
  for (const status of [...errors, 422, 500, 503])
    responses[status] = { description: ERRORS[status], content: json("Error") };
  return { get: { summary, parameters, responses } };
}

/** The same answer line by line, for who accepts it; see api/README.md. */
export function withLines(route: ReturnType<typeof get>): ReturnType<typeof get> {
  const [ok, lines] = [route.get.responses[200] as { content: object }, { schema: { type: "string" } }];
  const content = { ...ok.content, "application/x-ndjson": lines };
  return { get: { ...route.get, responses: { ...route.get.responses, 200: { ...ok, content } } } };
}

/** A document is put or posted and comes back as it is stored. */
export function change(
  summary: string,
  body: string,
  answer: string,
  parameters: readonly Parameter[] = [],
  status: 200 | 201 = 200,
) {
  const responses: Record<string, object> = { [status]: { description: summary, content: json(answer) } };
  for (const error of [400, 500, 503]) responses[error] = { description: ERRORS[error], content: json("Error") };
  return { summary, parameters, requestBody: { required: true, content: json(body) }, responses };
}

export function remove(summary: string, parameters: readonly Parameter[]) {
  const responses: Record<string, object> = { 204: { description: "it is gone" } };
  for (const error of [400, 404, 500, 503]) responses[error] = { description: ERRORS[error], content: json("Error") };
  return { summary, parameters, responses };
}

export const ERRORS: Readonly<Record<number, string>> = {
  400: "a parameter or the query cannot be read; the message says which, where and how to fix it",
  404: "there is no such thing",
  409: "it was changed by somebody else since it was read",
  422: "the query would read or hold more than it may; the message says what, the hint how to narrow it",
  500: "an error of the collector, with an id that its log knows",
  503: "the query takes longer than it may, or the collector starts or stops",
  507: "the budget for pinned traces is used up",
};

export function json(schema: string) {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
}
