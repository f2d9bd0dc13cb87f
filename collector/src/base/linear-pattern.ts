/**
 * Regular expressions that take time proportional to the text, whatever they are: all ways through an expression are followed at
 * once (Thompson's construction), none is gone back on. For those on which JavaScript's engine could take for ever: repetitions over
 * something that can match the same text in several ways. In: the source that base/re2.ts gives, without look-around.
 */

/** A way to go on from: a character, two ways, a condition on the place, or the end. */
type Instruction =
  | { readonly op: "character"; readonly test: (character: string) => boolean }
  | { readonly op: "split"; readonly to: number; readonly or: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "assert"; readonly holds: (text: string, at: number) => boolean }
  | { readonly op: "end" };

type Node =
  | { readonly kind: "character"; readonly test: (character: string) => boolean }
  | { readonly kind: "assert"; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly min: number; readonly max: number };

export interface LinearPattern {
  /** Whether the whole text matches. */
  readonly test: (text: string) => boolean;
  /** JavaScript's engine could take for ever. */
  readonly isRisky: boolean;
}

/** Repetitions are written out: this many instructions at most. */
const MAX_INSTRUCTIONS = 20_000;

/** Dot matches a newline. Throws SyntaxError. */
export function parseLinear(source: string): LinearPattern {
  const tree = new Parser(source).parse();
  let program: Instruction[] | undefined;
  return {
    isRisky: isRisky(tree),
    test: (text) => run((program ??= assemble(tree)), text),
  };
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Node {
    const tree = this.#choice("s");
    if (this.#at < this.#source.length) throw new SyntaxError("unexpected )");
    return tree;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, "yu");
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source);
    if (found) this.#at += found[0].length;
    return found;
  }

  #choice(flags: string): Node {
    const parts = [this.#sequence(flags)];
    while (this.#take(/\|/)) parts.push(this.#sequence(flags));
    return parts.length === 1 ? parts[0] : { kind: "choice", parts };
  }

  #sequence(flags: string): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at])) parts.push(this.#repeated(flags));
    return parts.length === 1 ? parts[0] : { kind: "sequence", parts };
  }

  #repeated(flags: string): Node {
    const body = this.#single(flags);
    const found = this.#take(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/);
    if (!found) return body;
    const [, symbol, low, comma, high] = found;
    const min = symbol === undefined ? Number(low) : symbol === "+" ? 1 : 0;
    const max =
      symbol === undefined
        ? comma === undefined
          ? min
          : high === ""
            ? Infinity
            : Number(high)
        : symbol === "?"
          ? 1
          : Infinity;
    return { kind: "repeat", body, min, max };
  }

  #single(flags: string): Node {
    if (this.#take(/\(\?<!\[\\s\\S\]\)/)) return { kind: "assert", holds: (_, at) => at === 0 };
    if (this.#take(/\(\?!\[\\s\\S\]\)/)) return { kind: "assert", holds: (text, at) => at === text.length };
    const group = this.#take(/\((?:\?(?:<\w+>|([a-z]*)(?:-([a-z]+))?:))?/);
    if (group) {
      const [, on = "", off = ""] = group;
      const own = [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join("");
      const inner = this.#choice(own);
      if (!this.#take(/\)/)) throw new SyntaxError("missing )");
      return inner;
    }
    const edge = this.#take(/\^|\$|\\[bB]/);
    if (edge) return { kind: "assert", holds: edgeTest(edge[0], flags) };
    const atom = this.#take(
      /\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:u\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|[\s\S])|[\s\S]/u,
    );
    if (!atom) throw new SyntaxError("the expression ends too early");
    return { kind: "character", test: characterTest(atom[0], flags) };
  }
}

function edgeTest(edge: string, flags: string): (text: string, at: number) => boolean {
  const expression = new RegExp(edge, `yu${flags}`);
  return (text, at) => {
    expression.lastIndex = at;
    return expression.test(text);
  };
}

/** Remembers what it found out, as labels have few different characters. */
function characterTest(atom: string, flags: string): (character: string) => boolean {
  const expression = new RegExp(`^(?:${atom})$`, `u${flags.replace("m", "")}`);
  const known = new Map<string, boolean>();
  return (character) => {
    let result = known.get(character);
    if (result === undefined) known.set(character, (result = expression.test(character)));
    return result;
  };
}

/** A repetition over what can match one text in several ways, or several lengths. */
function isRisky(node: Node): boolean {
  switch (node.kind) {
    case "repeat":
      return (node.max > 1 && isVaried(node.body)) || isRisky(node.body);
    case "sequence":
    case "choice":
      return node.parts.some(isRisky);
    default:
      return false;
  }
}

function isVaried(node: Node): boolean {
  switch (node.kind) {
    case "repeat":
      return node.min !== node.max || isVaried(node.body);
    case "choice":
      return true;
    case "sequence":
      return node.parts.some(isVaried);
    default:
      return false;
  }
}

function assemble(tree: Node): Instruction[] {
  const program: Instruction[] = [];
  const emit = (instruction: Instruction): number => {
    if (program.length >= MAX_INSTRUCTIONS) throw new SyntaxError("the expression is too large");
    return program.push(instruction) - 1;
  };
  /** A way that is decided on later: now, or at what comes after. */
  const emitSplit = (): ((or: number) => void) => {
    const at = emit({ op: "split", to: 0, or: 0 });
    return (or) => (program[at] = { op: "split", to: at + 1, or });
  };
  const visit = (node: Node): void => {
    switch (node.kind) {
      case "character":
        emit({ op: "character", test: node.test });
        break;
      case "assert":
        emit({ op: "assert", holds: node.holds });
        break;
      case "sequence":
        node.parts.forEach(visit);
        break;
      case "choice": {
        const ends: number[] = [];
        node.parts.forEach((part, i) => {
          const isLast = i === node.parts.length - 1;
          const decide = isLast ? undefined : emitSplit();
          visit(part);
          if (!isLast) ends.push(emit({ op: "jump", to: 0 }));
          decide?.(program.length);
        });
        for (const end of ends) program[end] = { op: "jump", to: program.length };
        break;
      }
      case "repeat": {
        for (let i = 0; i < node.min; i++) visit(node.body);
        if (node.max === Infinity) {
          const from = program.length;
          const decide = emitSplit();
          visit(node.body);
          emit({ op: "jump", to: from });
          decide(program.length);
        } else {
          const decisions: ((or: number) => void)[] = [];
          for (let i = node.min; i < node.max; i++) {
            decisions.push(emitSplit());
            visit(node.body);
          }
          for (const decide of decisions) decide(program.length);
        }
      }
    }
  };
  visit(tree);
  emit({ op: "end" });
  return program;
}

function run(program: readonly Instruction[], text: string): boolean {
  const marks = new Int32Array(program.length).fill(-1);
  let current: number[] = [];
  let next: number[] = [];
  const pending: number[] = [];
  /** Everything that can be reached without a character. */
  const follow = (start: number, at: number, list: number[]): void => {
    pending.push(start);
    while (pending.length > 0) {
      const i = pending.pop() as number;
      if (marks[i] === at) continue;
      marks[i] = at;
      const instruction = program[i];
      if (instruction.op === "split") pending.push(instruction.or, instruction.to);
      else if (instruction.op === "jump") pending.push(instruction.to);
      else if (instruction.op === "assert") {
        if (instruction.holds(text, at)) pending.push(i + 1);
      } else list.push(i);
    }
  };
  follow(0, 0, current);
  let at = 0;
  for (const character of text) {
    at += character.length;
    next = [];
    for (const i of current) {
      const instruction = program[i];
      if (instruction.op === "character" && instruction.test(character)) follow(i + 1, at, next);
    }
    if (next.length === 0) return false;
    current = next;
  }
  return current.some((i) => program[i].op === "end");
}
