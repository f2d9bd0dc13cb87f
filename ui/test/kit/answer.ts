/** What a part of the mock answers to a request. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The same line by line, for who asks for lines. */
  readonly lines?: readonly unknown[];
  /** A file instead of JSON. */
  readonly text?: string;
}

/** How it was asked, and what was sent along. */
export interface Asked {
  readonly method: string;
  readonly sent: unknown;
  readonly now: number;
}
