/**
 * The token that is made where none is configured: one text in the data directory, for its owner's eyes only, so that a restart asks nobody
 * to sign in again. Whoever puts another text there has that one from the next start on.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { placeholderProblem } from "../../component/placeholder-token.ts";
import { unwritable } from "../../store/sqlite/data-directory-error.ts";
import { syncDirectory } from "../../store/sqlite/journal/journal-files.ts";
import { makeDirectory } from "../../store/sqlite/make-directory.ts";

export const TOKEN_FILE = "web-token";

const SHAPE = /^[\x21-\x7e]{16,}$/;

/** 256 bits, of characters that need no escaping anywhere. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Reads it, or makes it when there is none (or what a crash left of it). @throws DataDirectoryError, Error that names the file */
export function keptToken(directory: string): string {
  const path = join(resolve(directory), TOKEN_FILE);
  const found = read(path);
  if (found !== "") {
    if (!SHAPE.test(found))
      throw new Error(
        `cannot use the token in ${path}: it has at least 16 characters of ASCII and no spaces; delete the file to get a new one`,
      );
    const placeholder = placeholderProblem(found);
    if (placeholder !== undefined)
      throw new Error(`cannot use the token in ${path}: it ${placeholder}; delete the file to get a new one`);
    return found;
  }
  const token = makeToken();
  try {
    makeDirectory(resolve(directory));
    write(path, token);
  } catch (error) {
    throw unwritable(resolve(directory), error);
  }
  return token;
}

/** "" = there is none. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw unwritable(dirname(path), error);
  }
}

/** Whole or not at all. */
function write(path: string, token: string): void {
  const partial = `${path}.${process.pid}`;
  rmSync(partial, { force: true });
  const file = openSync(partial, "wx", 0o600);
  try {
    writeFileSync(file, `${token}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
  syncDirectory(dirname(path));
}
