/** Boards as documents in the store, and those that are made for each service and cannot be changed. */
import { NotFoundError, QueryError } from "../../base/errors.ts";
import type { DocumentStore } from "../../store/store.ts";
import type { WireBoard, WireBoardDocument, WireBoardEntry } from "../contract.ts";

const COLLECTION = "boards";
const MOST_BOARDS = 500;
const ID = /^[a-z0-9][a-z0-9-]{0,99}$/;
export const GOLDEN_PREFIX = "golden:";

interface StoredBoard {
  readonly board: WireBoardDocument;
  readonly updatedAtMillis: number;
}

/** By title. */
export async function listBoards(documents: Pick<DocumentStore, "list">): Promise<WireBoardEntry[]> {
  const boards = (await documents.list(COLLECTION)).map(({ key, value }) => entryOf(key, value as StoredBoard));
  return boards.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
}

export async function getBoard(documents: Pick<DocumentStore, "get">, id: string): Promise<WireBoard> {
  const stored = (await documents.get(COLLECTION, id)) as StoredBoard | undefined;
  if (!stored) throw new NotFoundError(`cannot find the board ${id}`);
  return { ...entryOf(id, stored), board: stored.board };
}

/** @param board checked */
export async function putBoard(documents: DocumentStore, id: string, board: WireBoardDocument): Promise<WireBoard> {
  if (id.startsWith(GOLDEN_PREFIX))
    throw new QueryError(
      `cannot change the board ${id}: it is made for its service`,
      undefined,
      "save a copy: POST /api/v1/boards",
    );
  if (!ID.test(id))
    throw new QueryError(
      `cannot save a board as ${JSON.stringify(id.slice(0, 100))}`,
      undefined,
      "an id has lower-case letters, digits and dashes, at most 100",
    );
  const known = await documents.list(COLLECTION);
  if (known.length >= MOST_BOARDS && !known.some(({ key }) => key === id))
    throw new QueryError(`cannot save another board: there are ${MOST_BOARDS}`, undefined, "delete some of them");
  const stored: StoredBoard = { board, updatedAtMillis: Date.now() };
  await documents.put(COLLECTION, id, stored);
  return { ...entryOf(id, stored), board };
}

/** Under an id made of its title. @param board checked */
export async function addBoard(documents: DocumentStore, board: WireBoardDocument): Promise<WireBoard> {
  const taken = new Set((await documents.list(COLLECTION)).map(({ key }) => key));
  const base = slugOf(board.title);
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  return putBoard(documents, id, board);
}

export async function deleteBoard(documents: DocumentStore, id: string): Promise<void> {
  if (id.startsWith(GOLDEN_PREFIX)) throw new QueryError(`cannot delete the board ${id}: it is made for its service`);
  if ((await documents.get(COLLECTION, id)) === undefined)
    throw new NotFoundError(`cannot delete the board ${id}: there is none`);
  await documents.delete(COLLECTION, id);
}

function entryOf(id: string, { board, updatedAtMillis }: StoredBoard): WireBoardEntry {
  const { title, description = "", panels } = board;
  return { id, title, description, panelCount: panels.length, readOnly: false, updatedAtMillis };
}

function slugOf(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return slug.slice(0, 80).replace(/-+$/, "") || "board";
}
