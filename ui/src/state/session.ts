/** Whether the collector asked for a token, and people can sign out; the shell fills it in. */
import { Signal, type ReadonlySignal } from "../base/signal.ts";

const signedIn = new Signal(false);

/** False where nobody is asked, and until it is known. */
export const isSignedIn: ReadonlySignal<boolean> = signedIn;

export function setSignedIn(next: boolean): void {
  signedIn.value = next;
}
