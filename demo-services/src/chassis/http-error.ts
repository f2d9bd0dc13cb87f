/** An answer that is not a success: thrown by handlers and clients, turned into a JSON body by the HTTP service. */
export class HttpError extends Error {
  readonly status: number;
  /** Stable and machine-readable, like `out_of_stock`. */
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
  }
}
