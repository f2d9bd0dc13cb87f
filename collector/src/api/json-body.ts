/** The body of a request as JSON. */
import { QueryError } from "../base/errors.ts";

/** @throws QueryError when it is none */
export async function jsonBody(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new QueryError(`cannot read the body: it is no JSON (${said})`, undefined, "send a JSON object");
  }
}
