/** Where commands write: the process's own streams, or a test's. */
export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export interface OutputStream {
  /** False = the reader is behind: wait for "drain" before writing more, where there is an `on`. */
  write(text: string): unknown;
  /** A terminal: progress may be drawn in place. */
  readonly isTTY?: boolean;
  on?(event: string, listener: (error: Error) => void): unknown;
  once?(event: string, listener: () => void): unknown;
}
