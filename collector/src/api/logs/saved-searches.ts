/** Saved log searches as documents in the store. */
import { randomUUID } from "node:crypto";
import { NotFoundError, QueryError } from "../../base/errors.ts";
import { planLogQuery } from "../../query/logs/plan/plan-query.ts";
import type { DocumentStore } from "../../store/store.ts";
import type { WireSavedSearch, WireSavedSearchDocument } from "../contract.ts";

const COLLECTION = "log_searches";
const MOST_SEARCHES = 500;
const MOST_TITLE = 200;
const MOST_COLUMNS = 50;
const KEYS: readonly string[] = ["title", "query", "columns"];

/** By title. */
export async function listSearches(documents: Pick<DocumentStore, "list">): Promise<WireSavedSearch[]> {
  const searches = (await documents.list(COLLECTION)).map(({ value }) => value as WireSavedSearch);
  return searches.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : a.savedAtMillis - b.savedAtMillis));
}

/** @param id of the one that is changed; absent = a new one @param document checked */
export async function saveSearch(
  documents: DocumentStore,
  document: WireSavedSearchDocument,
  id?: string,
): Promise<WireSavedSearch> {
  if (id !== undefined) await mustExist(documents, id);
  else if ((await documents.list(COLLECTION)).length >= MOST_SEARCHES)
    throw new QueryError(`cannot save another search: there are ${MOST_SEARCHES}`, undefined, "delete some of them");
  const saved: WireSavedSearch = { id: id ?? randomUUID(), ...document, savedAtMillis: Date.now() };
  await documents.put(COLLECTION, saved.id, saved);
  return saved;
}

export async function deleteSearch(documents: DocumentStore, id: string): Promise<void> {
  await mustExist(documents, id);
  await documents.delete(COLLECTION, id);
}

async function mustExist(documents: Pick<DocumentStore, "get">, id: string): Promise<void> {
  if ((await documents.get(COLLECTION, id)) === undefined)
    throw new NotFoundError(`cannot find the saved search ${id}`);
}

/** @throws QueryError that says what is wrong with it, for a query with the place in it */
export function checkSearch(value: unknown): WireSavedSearchDocument {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("it is no object");
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`there is no member ${JSON.stringify(unknown)}`);
  const { title, query, columns } = value as Record<string, unknown>;
  if (typeof title !== "string" || title.trim() === "" || title.length > MOST_TITLE)
    throw wrong(`its title must be a text of 1 to ${MOST_TITLE} characters`);
  if (typeof query !== "string") throw wrong("its query must be a text");
  planLogQuery(query);
  if (columns === undefined) return { title: title.trim(), query };
  const isList = Array.isArray(columns) && columns.every((each) => typeof each === "string" && each !== "");
  if (!isList || columns.length > MOST_COLUMNS)
    throw wrong(`its columns must be a list of at most ${MOST_COLUMNS} names of fields`);
  return { title: title.trim(), query, columns };
}

function wrong(what: string): QueryError {
  return new QueryError(
    `cannot save the search: ${what}`,
    undefined,
    'send {"title":"Failed payments","query":"service:checkout level>=error","columns":["http.route"]}',
  );
}
