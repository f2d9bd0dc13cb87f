/** Why a data directory cannot be used. */
import { messageOf } from "../../base/errors.ts";

/** The directory cannot be used: the message says why and what to do. */
export class DataDirectoryError extends Error {
  override name = "DataDirectoryError";
}

/** For whatever came of trying to write there. */
export function unwritable(path: string, error: unknown): DataDirectoryError {
  return new DataDirectoryError(
    `cannot write to the data directory ${path}: ${messageOf(error)}; make it writable for this user, or name another in extensions.storage.directory`,
  );
}
