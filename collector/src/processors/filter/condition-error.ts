import { TextError } from "../../base/errors.ts";

/** A condition that cannot be understood. */
export class ConditionError extends TextError {
  override name = "ConditionError";
}
