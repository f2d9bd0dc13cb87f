/** The answer to whatever went wrong. A part of ../contract.ts. */

export interface WireError {
  error: {
    /** HTTP status. */
    code: number;
    message: string;
    /** 0-based offset into the query text that is wrong. */
    position?: number;
    hint?: string;
    /** To be found in the collector's log, for errors that are ours. */
    id?: string;
  };
}
