/** A condition that cannot be understood: where, why, and what to write instead. */
export class ConditionError extends Error {
  override name = "ConditionError";
  /** 0-based offset into the condition. */
  readonly position: number;
  readonly hint: string | undefined;

  constructor(message: string, position: number, hint?: string) {
    super(message);
    this.position = position;
    this.hint = hint;
  }
}
