/** What a part of the mock answers to a request. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
