/** Opens a SQLite file for reading, whoever else has it open, and also where nothing can be written. */
import Database from "better-sqlite3";
import { existsSync, readFileSync, statSync } from "node:fs";

/** Header bytes that say "write-ahead log": read and write version. */
const WAL_MARKS = [18, 19];
/** What a connection may run into while another begins or ends a file and its log. */
const PASSING = /^SQLITE_(IOERR|BUSY|CANTOPEN|PROTOCOL)/;
const ATTEMPTS = 8;
const PAUSE_MILLIS = 5;

/**
 * Tries again for a moment when another connection opens or closes the file just now; ENOENT when it is gone. A read-only connection
 * needs SQLite's shared memory beside the file, which a read-only file system doesn't let it make: then the file is read into memory,
 * unless a write-ahead log belongs to it.
 */
export function openReadOnly(path: string): Database.Database {
  for (let attempt = 1; ; attempt++) {
    try {
      return openNow(path);
    } catch (error) {
      if (!existsSync(path)) throw Object.assign(new Error(`there is no ${path}`), { code: "ENOENT", cause: error });
      if (!PASSING.test(String((error as { code?: string }).code))) throw error;
      if (attempt === ATTEMPTS) return openInMemory(path, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLIS);
    }
  }
}

function openNow(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function openInMemory(path: string, reason: unknown): Database.Database {
  const hasLog = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!String((reason as { code?: string }).code).startsWith("SQLITE_CANTOPEN") || hasLog) throw reason;
  const bytes = readFileSync(path);
  for (const mark of WAL_MARKS) bytes[mark] = 1;
  return new Database(bytes, { readonly: true });
}
