/** Saturation sources that users added, as documents in the store, beside those that are built in. */
import { NotFoundError, QueryError } from "../../base/errors.ts";
import type { DocumentStore } from "../../store/store.ts";
import { parseExpr } from "../metrics/parse/parse-expr.ts";
import { queryOf } from "./saturation.ts";
import { DEFAULT_BAD_AT, DEFAULT_WARN_AT, SATURATION_SOURCES, type SaturationSource } from "./saturation-sources.ts";

const COLLECTION = "saturation_sources";
const MOST_SOURCES = 100;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const BUILT_IN = new Set(SATURATION_SOURCES.map(({ id }) => id));
/** A window long enough to be read as one, for checking a query's text. */
const ANY_WINDOW_MILLIS = 60_000;

/** Built-in ones first. */
export async function listSaturationSources(
  documents: Pick<DocumentStore, "list">,
): Promise<(SaturationSource & { builtIn: boolean })[]> {
  const own = (await documents.list(COLLECTION)).map(({ value }) => ({
    ...(value as SaturationSource),
    builtIn: false,
  }));
  return [...SATURATION_SOURCES.map((source) => ({ ...source, builtIn: true })), ...own];
}

/** @param document as a user wrote it @throws QueryError that names the member and what it must be */
export async function putSaturationSource(
  documents: DocumentStore,
  id: string,
  document: unknown,
): Promise<SaturationSource & { builtIn: boolean }> {
  if (!ID.test(id)) throw wrong("id", id, "letters, digits, dots, dashes and underscores, at most 100");
  if (BUILT_IN.has(id)) throw wrong("id", id, "another name than that of a built-in source");
  const source = read(id, document);
  const known = await documents.list(COLLECTION);
  if (known.length >= MOST_SOURCES && !known.some(({ key }) => key === id))
    throw new QueryError(`cannot add a saturation source: there are ${MOST_SOURCES}`, undefined, "delete one of them");
  await documents.put(COLLECTION, id, source);
  return { ...source, builtIn: false };
}

export async function deleteSaturationSource(documents: DocumentStore, id: string): Promise<void> {
  if (BUILT_IN.has(id)) throw wrong("id", id, "a source that users added: built-in ones stay");
  if ((await documents.get(COLLECTION, id)) === undefined)
    throw new NotFoundError(`cannot delete the saturation source ${id}: there is none`);
  await documents.delete(COLLECTION, id);
}

function read(id: string, document: unknown): SaturationSource {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw wrong("", document, "an object with resource, metric and query");
  const {
    resource,
    metric,
    query,
    description = "",
    warnAt,
    badAt,
    counts = true,
    ...others
  } = document as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw wrong(
      unknown,
      others[unknown],
      "nothing: members are resource, metric, query, description, warnAt, badAt, counts",
    );
  const source: SaturationSource = {
    id,
    resource: textOf("resource", resource, 1, 60),
    metric: textOf("metric", metric, 1, 500),
    query: textOf("query", query, 1, 10_000),
    description: textOf("description", description, 0, 1000),
    warnAt: shareOf("warnAt", warnAt, DEFAULT_WARN_AT),
    badAt: shareOf("badAt", badAt, DEFAULT_BAD_AT),
    counts: typeof counts === "boolean" ? counts : never("counts", counts),
  };
  if (source.warnAt > source.badAt) throw wrong("warnAt", warnAt, `at most badAt, which is ${source.badAt}`);
  try {
    for (const service of [undefined, "any"]) parseExpr(queryOf(source, service, ANY_WINDOW_MILLIS));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(`cannot read query: ${error.message}`, undefined, error.hint);
  }
  return source;
}

function textOf(name: string, value: unknown, least: number, most: number): string {
  if (typeof value !== "string" || value.trim().length < least || value.length > most)
    throw wrong(
      name,
      value,
      least > 0 ? `text of ${least} to ${most} characters` : `text of at most ${most} characters`,
    );
  return value;
}

function shareOf(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !(value > 0 && value <= 1)) throw wrong(name, value, "a number above 0 and up to 1");
  return value;
}

function never(name: string, value: unknown): never {
  throw wrong(name, value, "true or false");
}

function wrong(name: string, value: unknown, expected: string): QueryError {
  const what = name === "" ? "a saturation source" : `${name}=${JSON.stringify(value)?.slice(0, 100) ?? "nothing"}`;
  return new QueryError(
    `cannot read ${what}: expected ${expected}`,
    undefined,
    "see collector/src/query/golden/README.md",
  );
}
