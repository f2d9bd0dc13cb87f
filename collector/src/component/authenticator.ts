/** Who sends: what extensions offer for it. */

/** Checks who sends. Offered by extensions such as bearertokenauth, used by receivers and the web port. */
export interface Authenticator {
  /** Undefined = let in; else why not. */
  authenticate(headers: RequestHeaders): string | undefined;
  /** Who a sender is that was let in, where that tells senders apart; never the secret itself. */
  identify?(headers: RequestHeaders): string | undefined;
}

/** Names are lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
