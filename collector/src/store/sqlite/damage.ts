/** Tells files that are broken from a system that is in trouble: only the former are set aside. */
import { CorruptionError } from "./block/section.ts";

/** Counted by the ingest thread (files set aside) and by each query thread (blocks and indexes passed over). */
export const DAMAGE_METRIC = {
  name: "goldspan_store_damaged_parts_total",
  help: "Files, blocks and indexes of the store that could not be read.",
};

/** SQLite's result codes for bytes that are wrong or cannot be read. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_READ|IOERR_SHORT_READ|IOERR_CORRUPTFS|IOERR_DATA)/;

/** True when trying again is of no use. A full disk, a lock, missing rights are no damage. */
export function isDamage(error: unknown): boolean {
  // By name, since the class is lost between threads.
  return (
    (error as { name?: unknown }).name === CorruptionError.name ||
    DAMAGE.test(String((error as { code?: unknown }).code))
  );
}
