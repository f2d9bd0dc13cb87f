/** A template as a tree, made by parse-template.ts and walked by run-template.ts. Offsets are into the template's text. */

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipe: Pipe }
  | Block<"if" | "with">
  | Block<"range">
  | { readonly kind: "template"; readonly name: string; readonly pipe?: Pipe; readonly start: number }
  | { readonly kind: "break" | "continue" };

export interface Block<Kind extends string> {
  readonly kind: Kind;
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  /** Behind {{else}}. */
  readonly otherwise: readonly Node[];
}

export interface Pipe {
  /** Variables that are set, with their $; two in a range over keys and values. */
  readonly variables: readonly string[];
  /** `=`, not `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  readonly start: number;
  readonly end: number;
}

/** The first operand, with the others as its arguments where it is a function or a method. */
export interface Command {
  readonly operands: readonly Operand[];
  readonly start: number;
  readonly end: number;
}

export type Operand = { readonly start: number; readonly end: number } & (
  | { readonly kind: "dot" | "nil" }
  | { readonly kind: "constant"; readonly value: string | number | bigint | boolean }
  | { readonly kind: "function"; readonly name: string }
  /** `.A.B` of the dot, `$x.A.B` of a variable, `(…).A.B` of a pipe. */
  | { readonly kind: "field"; readonly names: readonly string[] }
  | { readonly kind: "variable"; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: "pipe"; readonly pipe: Pipe; readonly names: readonly string[] }
);

export interface Template {
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
  readonly body: readonly Node[];
}

/** Bodies by name; "define" and "block" add to them. */
export type Templates = ReadonlyMap<string, Template>;

/** What is wrong, in Go's words: `template: NAME:LINE: …`. */
export class TemplateError extends Error {
  override name = "TemplateError";
  /** 0-based offset into the text of the template that is at fault. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
