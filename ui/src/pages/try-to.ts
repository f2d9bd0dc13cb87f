/** Does what was asked for on a page; why it cannot be done is said at the foot of the window. Out: whether it was done. */
import { ApiError } from "../api/api-error.ts";
import { emit } from "../widgets/emit.ts";

export async function tryTo(from: EventTarget, what: string, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    emit(from, "gs-notice", `Cannot ${what}: ${error.message}${error.hint ? `. ${error.hint}` : ""}`);
    return false;
  }
}
