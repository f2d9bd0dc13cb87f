/**
 * Signing in and out, where the collector asks for a token. The page that takes the token is the collector's own: it works without this code,
 * and leads back to the address that was left.
 */
import { isSignedOut } from "../api/client.ts";
import { endSession, fetchSession } from "../api/endpoints.ts";
import { setSignedIn } from "../state/session.ts";

const PAGE = "/sign-in";

let follows = false;

/** Goes to the sign-in when an answer says that it is needed. Safe to call more than once. */
export function followSignIn(): void {
  if (follows) return;
  follows = true;
  isSignedOut.subscribe((out) => {
    const { pathname, search } = window.location;
    if (out) window.location.assign(`${PAGE}?to=${encodeURIComponent(pathname + search)}`);
  });
  void ask();
}

/** Its page says that it is done by asking for the token. */
export async function signOut(): Promise<void> {
  try {
    await endSession();
    window.location.assign(PAGE);
  } catch (error) {
    console.warn("cannot sign out", error);
  }
}

/** A failure is no news here: the page's own requests say what is wrong. */
async function ask(): Promise<void> {
  try {
    const { auth } = await fetchSession(new AbortController().signal);
    setSignedIn(auth === "token");
  } catch (error) {
    console.debug("cannot ask whether there is something to sign out of", error);
  }
}
