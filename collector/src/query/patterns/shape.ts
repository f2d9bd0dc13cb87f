/** What lines have in common once what is variable in them is taken out. */

export interface Shape {
  /** Index into MEMBERS of message-of.ts, -1 = the whole body. */
  readonly member: number;
  /** Words with their punctuation; `<*>` stands for what is variable, also inside of one. */
  readonly tokens: readonly string[];
}
