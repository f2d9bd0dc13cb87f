/**
 * Regular expressions that take time proportional to the text, whatever they are: all ways through an expression are followed at
 * once (Thompson's construction), none is gone back on. For those on which JavaScript's engine could take for ever: repetitions over
 * something that can match the same text in several ways. In: the source that base/re2.ts gives, without look-around. Long matches look now
 * and then at whether they have to stop (base/work-scope.ts).
 */
import { backtrackingExponent, isRisky } from "./pattern-cost.ts";
import type { PatternNode as Node } from "./pattern-node.ts";
import { checkWork } from "./work-scope.ts";

/** A way to go on from: a character, two ways, a condition on the place, or the end. */
type Instruction =
  | { readonly op: "character"; readonly test: (character: string) => boolean }
  | { readonly op: "split"; readonly to: number; readonly or: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "assert"; readonly holds: (text: string, at: number) => boolean }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "end" };

export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** What groups captured, counted from 1; the whole match is 0. */
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

export interface LinearPattern {
  /** Whether the whole text matches. */
  readonly test: (text: string) => boolean;
  /**
   * The first match from a place of the text on; undefined = there is none. Of several ways to match there it is the one that JavaScript's
   * engine would take.
   */
  readonly find: (text: string, from: number) => PatternMatch | undefined;
  /** JavaScript's engine could take for ever. */
  readonly isRisky: boolean;
  /** Its steps are at worst, and more or less, the length of the text to the power of this. */
  readonly exponent: number;
}

/** Repetitions are written out: this many instructions at most. */
const MAX_INSTRUCTIONS = 20_000;

/** Steps between two looks at whether to stop: some milliseconds. */
const STEPS_PER_CHECK = 200_000;
let steps = 0;

/** Dot matches a newline unless `dotAll` is false. Throws SyntaxError. */
export function parseLinear(source: string, dotAll = true): LinearPattern {
  const parser = new Parser(source);
  const tree = parser.parse(dotAll ? "s" : "");
  let program: Instruction[] | undefined;
  let capturing: Instruction[] | undefined;
  return {
    isRisky: isRisky(tree),
    exponent: backtrackingExponent(tree),
    test: (text) => run((program ??= assemble(tree)), text),
    find(text, from) {
      capturing ??= assemble({ kind: "group", body: tree, number: 0 }, true);
      const places = search(capturing, text, from);
      return places && matchOf(text, places, parser.groups);
    },
  };
}

/** @param names of the groups, "" of those without; the whole match comes first */
function matchOf(text: string, places: readonly number[], names: readonly string[]): PatternMatch {
  const groups = names.map((_, i) => {
    const [start, end] = [places[i * 2], places[i * 2 + 1]];
    return start === undefined || end === undefined ? undefined : text.slice(start, end);
  });
  const named = Object.fromEntries(names.flatMap((name, i) => (name === "" ? [] : [[name, groups[i]]])));
  return { start: places[0], end: places[1], groups, named };
}

class Parser {
  readonly #source: string;
  #at = 0;
  /** Names of the capturing groups, "" of those without; the first is the whole expression. */
  readonly groups: string[] = [""];

  constructor(source: string) {
    this.#source = source;
  }

  parse(flags: string): Node {
    const tree = this.#choice(flags);
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
    const found = this.#take(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/);
    if (!found) return body;
    const [, symbol, low, comma, high, lazy] = found;
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
    return { kind: "repeat", body, min, max, isLazy: lazy !== "" };
  }

  #single(flags: string): Node {
    if (this.#take(/\(\?<!\[\\s\\S\]\)/)) return { kind: "assert", holds: (_, at) => at === 0 };
    if (this.#take(/\(\?!\[\\s\\S\]\)/)) return { kind: "assert", holds: (text, at) => at === text.length };
    const group = this.#take(/\((?:\?(?:<(\w+)>|([a-z]*)(?:-([a-z]+))?:))?/);
    if (group) {
      const [opening, name, on = "", off = ""] = group;
      const isCapturing = opening === "(" || name !== undefined;
      const number = isCapturing ? this.groups.push(name ?? "") - 1 : -1;
      const own = [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join("");
      const inner = this.#choice(own);
      if (!this.#take(/\)/)) throw new SyntaxError("missing )");
      return isCapturing ? { kind: "group", body: inner, number } : inner;
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

function assemble(tree: Node, saves = false): Instruction[] {
  const program: Instruction[] = [];
  const emit = (instruction: Instruction): number => {
    if (program.length >= MAX_INSTRUCTIONS) throw new SyntaxError("the expression is too large");
    return program.push(instruction) - 1;
  };
  /** A way that is decided on later: now, or at what comes after. */
  const emitSplit = (isLazy = false): ((or: number) => void) => {
    const at = emit({ op: "split", to: 0, or: 0 });
    return (or) => (program[at] = isLazy ? { op: "split", to: or, or: at + 1 } : { op: "split", to: at + 1, or });
  };
  const visit = (node: Node): void => {
    switch (node.kind) {
      case "character":
        emit({ op: "character", test: node.test });
        break;
      case "assert":
        emit({ op: "assert", holds: node.holds });
        break;
      case "group":
        if (saves) emit({ op: "save", slot: node.number * 2 });
        visit(node.body);
        if (saves) emit({ op: "save", slot: node.number * 2 + 1 });
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
          const decide = emitSplit(node.isLazy);
          visit(node.body);
          emit({ op: "jump", to: from });
          decide(program.length);
        } else {
          const decisions: ((or: number) => void)[] = [];
          for (let i = node.min; i < node.max; i++) {
            decisions.push(emitSplit(node.isLazy));
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
      if (++steps >= STEPS_PER_CHECK) {
        steps = 0;
        checkWork();
      }
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
    steps += current.length;
    for (const i of current) {
      const instruction = program[i];
      if (instruction.op === "character" && instruction.test(character)) follow(i + 1, at, next);
    }
    if (next.length === 0) return false;
    current = next;
  }
  return current.some((i) => program[i].op === "end");
}

/** Where the groups of the first match begin and end, by slot. Ways are followed in the order of their preference (Pike's machine). */
function search(program: readonly Instruction[], text: string, from: number): readonly number[] | undefined {
  const marks = new Int32Array(program.length).fill(-1);
  let current: Way[] = [];
  let found: readonly number[] | undefined;
  const pending: Way[] = [];
  /** False = this way has come to the end: what is preferred less counts no more. */
  const follow = (start: number, begin: readonly number[], at: number, list: Way[]): boolean => {
    pending.push({ at: start, places: begin });
    while (pending.length > 0) {
      const { at: i, places } = pending.pop() as Way;
      if (marks[i] === at) continue;
      marks[i] = at;
      steps++;
      const instruction = program[i];
      if (instruction.op === "end") {
        found = places;
        pending.length = 0;
        return false;
      }
      if (instruction.op === "split") pending.push({ at: instruction.or, places }, { at: instruction.to, places });
      else if (instruction.op === "jump") pending.push({ at: instruction.to, places });
      else if (instruction.op === "save") pending.push({ at: i + 1, places: withPlace(places, instruction.slot, at) });
      else if (instruction.op === "character") list.push({ at: i, places });
      else if (instruction.holds(text, at)) pending.push({ at: i + 1, places });
    }
    return true;
  };
  follow(0, [], from, current);
  for (let at = from; at < text.length;) {
    if (found && current.length === 0) break;
    const character = String.fromCodePoint(text.codePointAt(at) as number);
    at += character.length;
    if ((steps += current.length) >= STEPS_PER_CHECK) {
      steps = 0;
      checkWork();
    }
    const next: Way[] = [];
    let goesOn = true;
    for (const { at: i, places } of current) {
      const instruction = program[i];
      if (instruction.op !== "character" || !instruction.test(character)) continue;
      goesOn = follow(i + 1, places, at, next);
      if (!goesOn) break;
    }
    // A match that begins later is preferred less than any that has begun.
    if (goesOn && !found) follow(0, [], at, next);
    current = next;
  }
  return found;
}

/** A way on, and the places of groups on the way there. */
interface Way {
  readonly at: number;
  readonly places: readonly number[];
}

function withPlace(places: readonly number[], slot: number, at: number): readonly number[] {
  const changed = places.slice();
  changed[slot] = at;
  return changed;
}
