/** Component ids as the Collector writes them: `type` or `type/name`. */

export type ComponentKind = "receiver" | "processor" | "exporter" | "connector" | "extension";

export interface ComponentId {
  readonly type: string;
  /** "" when the id is just the type. */
  readonly name: string;
  /** `type` or `type/name`: unique within its kind. */
  readonly text: string;
}

const TYPE = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;
const NAME = /^[^\s\p{C}\p{S}/]+(?:\/[^\s\p{C}\p{S}/]+)*$/u;

/** The id that a text names, or the sentence that says what is wrong with it. */
export function parseComponentId(text: string): ComponentId | string {
  const slash = text.indexOf("/");
  const type = slash < 0 ? text : text.slice(0, slash);
  const name = slash < 0 ? "" : text.slice(slash + 1);
  if (!TYPE.test(type))
    return `the type of "${text}" must begin with a letter and hold letters, digits and _ only (at most 63)`;
  if (slash >= 0 && !NAME.test(name))
    return `the name after "/" in "${text}" must not be empty and must hold no space, control or symbol character`;
  return { type, name, text };
}
