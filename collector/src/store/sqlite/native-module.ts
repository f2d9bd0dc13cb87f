/**
 * SQLite is native code, of which a package brings one file for each system. In: nothing; out: an error that says what to do when the one for
 * this system is missing or for another. Creates no file.
 */
import Database from "better-sqlite3";
import { messageOf } from "../../base/errors.ts";
import { DataDirectoryError } from "./data-directory-error.ts";

/** The version of SQLite. @throws DataDirectoryError when its code cannot be loaded */
export function loadNativeModule(): string {
  try {
    const db = new Database(":memory:");
    try {
      return db.prepare("SELECT sqlite_version()").pluck().get() as string;
    } finally {
      db.close();
    }
  } catch (error) {
    const { platform, arch, versions } = process;
    throw new DataDirectoryError(
      `cannot load SQLite for ${platform} ${arch} (Node ${versions.node}): ${messageOf(error).split("\n", 1)[0]}; the package better-sqlite3 was installed on another system, or for another processor: install it again on this one, or use the image made for it`,
    );
  }
}
