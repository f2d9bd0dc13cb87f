/**
 * Walks a template's tree over data and functions. Bounded: so many steps, so deep calls, so long an output; beyond it the run fails.
 * Functions are those it is given, fields and methods those of the data: nothing else can be reached. Synchronous; a function that must
 * wait throws what its caller understands (see expand.ts).
 */
import { messageOf } from "../../base/errors.ts";
import { BUILTINS } from "./builtins.ts";
import type { TemplateFunctions } from "./functions.ts";
import { lineOf } from "./lex-template.ts";
import {
  TemplateError,
  type Block,
  type Command,
  type Node,
  type Operand,
  type Pipe,
  type Template,
  type Templates,
} from "./tree.ts";
import {
  checkLength,
  formatValue,
  isList,
  isMap,
  isTrue,
  lookUp,
  methodsOf,
  MOST_LENGTH,
  sortedKeys,
  Structure,
  typeName,
  type Value,
} from "./value.ts";

export interface RunSettings {
  readonly functions: TemplateFunctions;
  /** Values of the variables that are there from the start, with their $. */
  readonly variables?: Readonly<Record<string, Value>>;
  /** What an action prints, made safe for where it is printed; the template's own text stays as it is. */
  readonly escape?: (printed: string, value: Value) => string;
}

/** A call that waits for something outside; it passes through a run as it is. */
export class Suspension extends Error {
  override name = "Suspension";
}

/** Every node, command, operand and turn of a range is one. The longest of Alertmanager's own templates takes 3,000 for 100 alerts. */
const MOST_STEPS = 200_000;
/** Characters that a function makes and that count as one step. */
const STEP_LENGTH = 64;
/** Templates within templates: each costs some eight frames of the stack. */
const MOST_CALLS = 200;

/** @throws TemplateError, Suspension */
export function runTemplate(templates: Templates, name: string, data: Value, settings: RunSettings): string {
  const template = templates.get(name);
  if (!template) throw new TemplateError(`template: no template ${JSON.stringify(name)}`, 0);
  const run = new Run(templates, template, settings);
  return run.execute(data);
}

interface Variable {
  readonly name: string;
  value: Value;
}

type Flow = "break" | "continue" | undefined;

class Run {
  readonly #templates: Templates;
  readonly #functions: TemplateFunctions;
  readonly #escape: RunSettings["escape"];
  #template: Template;
  #variables: Variable[] = [];
  #out = "";
  #steps = 0;
  #calls = 0;
  readonly #initial: Readonly<Record<string, Value>>;

  constructor(templates: Templates, template: Template, { functions, variables = {}, escape }: RunSettings) {
    this.#templates = templates;
    this.#template = template;
    this.#functions = functions;
    this.#escape = escape;
    this.#initial = variables;
  }

  execute(data: Value): string {
    this.#variables = [
      { name: "$", value: data },
      ...Object.entries(this.#initial).map(([name, value]) => ({ name, value })),
    ];
    this.#walk(this.#template.body, data);
    return this.#out;
  }

  #fail(message: string, { start, end }: { readonly start: number; readonly end: number }): never {
    const { name, text } = this.#template;
    const line = lineOf(text, start);
    const column = Buffer.byteLength(text.slice(text.lastIndexOf("\n", start - 1) + 1, start));
    const source = text.slice(start, end);
    const shown = source.length > 20 && line > 0 ? `${source.slice(0, 20)}...` : source;
    throw new TemplateError(
      `template: ${name}:${line}:${column}: executing ${JSON.stringify(name)} at <${shown}>: ${message}`,
      start,
    );
  }

  #step(place: { readonly start: number; readonly end: number }): void {
    if (++this.#steps > MOST_STEPS) this.#fail(`the template takes more than ${MOST_STEPS} steps`, place);
  }

  #write(text: string, place: { readonly start: number; readonly end: number }): void {
    this.#out += text;
    if (this.#out.length > MOST_LENGTH) this.#fail(`the template makes more than ${MOST_LENGTH} characters`, place);
  }

  #walk(nodes: readonly Node[], dot: Value): Flow {
    for (const node of nodes) {
      const flow = this.#node(node, dot);
      if (flow) return flow;
    }
    return undefined;
  }

  #node(node: Node, dot: Value): Flow {
    switch (node.kind) {
      case "text":
        this.#write(node.text, { start: 0, end: 0 });
        return undefined;
      case "action": {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) {
          const printed = this.#print(value, node.pipe);
          this.#write(this.#escape?.(printed, value) ?? printed, node.pipe);
        }
        return undefined;
      }
      case "template":
        this.#call(node, dot);
        return undefined;
      case "break":
      case "continue":
        return node.kind;
      case "range":
        return this.#range(node, dot);
      default: {
        const known = this.#variables.length;
        const value = this.#pipe(node.pipe, dot);
        const inner = node.kind === "with" ? value : dot;
        const flow = isTrue(value) ? this.#walk(node.body, inner) : this.#walk(node.otherwise, dot);
        this.#variables.length = known;
        return flow;
      }
    }
  }

  #call(node: Node & { readonly kind: "template" }, dot: Value): void {
    const place = { start: node.start, end: node.pipe?.end ?? node.start };
    const data = node.pipe ? this.#pipe(node.pipe, dot) : null;
    const template = this.#templates.get(node.name);
    if (!template) this.#fail(`template ${JSON.stringify(node.name)} not defined`, place);
    if (++this.#calls > MOST_CALLS) this.#fail(`exceeded maximum template depth (${MOST_CALLS})`, place);
    const [caller, variables] = [this.#template, this.#variables];
    this.#template = template;
    this.#variables = [{ name: "$", value: data }];
    this.#walk(template.body, data);
    this.#template = caller;
    this.#variables = variables;
    this.#calls--;
  }

  #range({ pipe, body, otherwise }: Block<"range">, dot: Value): Flow {
    const known = this.#variables.length;
    const value = this.#pipe(pipe, dot, true);
    const pairs = this.#pairs(value, pipe);
    if (pairs.length === 0) {
      const flow = this.#walk(otherwise, dot);
      this.#variables.length = known;
      return flow;
    }
    for (const [key, element] of pairs) {
      this.#step(pipe);
      this.#setRange(pipe, key, element);
      const inner = this.#variables.length;
      const flow = this.#walk(body, element);
      this.#variables.length = inner;
      if (!pipe.assigns) this.#variables.length = known;
      if (flow === "break") break;
    }
    this.#variables.length = known;
    return undefined;
  }

  #pairs(value: Value, pipe: Pipe): (readonly [Value, Value])[] {
    if (value === null) return [];
    if (isList(value)) return value.map((element, i) => [BigInt(i), element] as const);
    if (isMap(value)) return sortedKeys(value).map((key) => [key, lookUp(value, key)] as const);
    return this.#fail(`range can't iterate over ${formatValue(value)}`, pipe);
  }

  #setRange(pipe: Pipe, key: Value, element: Value): void {
    const [first, second] = pipe.variables;
    const values: [string | undefined, Value][] =
      second === undefined
        ? [[first, element]]
        : [
            [first, key],
            [second, element],
          ];
    for (const [name, value] of values) if (name !== undefined) this.#set(name, value, pipe.assigns);
  }

  #set(name: string, value: Value, assigns: boolean): void {
    const known = assigns ? this.#variables.findLast((variable) => variable.name === name) : undefined;
    if (known) known.value = value;
    else this.#variables.push({ name, value });
  }

  /** @param isRange its variables are set turn by turn */
  #pipe(pipe: Pipe, dot: Value, isRange = false): Value {
    this.#step(pipe);
    let value: Value = null;
    pipe.commands.forEach((command, i) => {
      value = this.#command(command, dot, i > 0 ? [value] : []);
    });
    if (!isRange) for (const name of pipe.variables) this.#set(name, value, pipe.assigns);
    return value;
  }

  #command(command: Command, dot: Value, piped: readonly Value[]): Value {
    this.#step(command);
    const [first, ...rest] = command.operands;
    switch (first.kind) {
      case "function":
        return this.#function(first.name, command, rest, dot, piped);
      case "field":
        return this.#fields(dot, first.names, first, { rest, dot, piped, command });
      case "variable":
        return this.#fields(this.#variable(first.name), first.names, first, { rest, dot, piped, command });
      case "pipe":
        return this.#fields(this.#pipe(first.pipe, dot), first.names, first, { rest, dot, piped, command });
      case "nil":
        return this.#fail("nil is not a command", first);
      default:
        if (rest.length > 0 || piped.length > 0)
          this.#fail(`can't give argument to non-function ${this.#source(first)}`, command);
        return this.#operand(first, dot);
    }
  }

  #source({ start, end }: Operand): string {
    return this.#template.text.slice(start, end);
  }

  #function(name: string, command: Command, rest: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    if (name === "and" || name === "or") {
      // They stop at the first argument that decides.
      if (rest.length + piped.length === 0)
        this.#fail(`wrong number of args for ${name}: want at least 1 got 0`, command);
      let value: Value = null;
      for (const operand of rest) {
        value = this.#operand(operand, dot);
        if (isTrue(value) === (name === "or")) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const known = Object.hasOwn(this.#functions, name) ? this.#functions[name] : BUILTINS[name];
    const { least, most = least } = known;
    const count = rest.length + piped.length;
    if (count < least || count > most)
      this.#fail(
        `wrong number of args for ${name}: want ${most === least ? least : `at least ${least}`} got ${count}`,
        command,
      );
    const args = rest.map((operand) => this.#operand(operand, dot));
    return this.#guarded(() => known.run(...args, ...piped), name, command);
  }

  #print(value: Value, place: Pipe): string {
    try {
      return value === null ? "<no value>" : formatValue(value);
    } catch (error) {
      return this.#fail(messageOf(error), place);
    }
  }

  #guarded(run: () => Value, name: string, place: { readonly start: number; readonly end: number }): Value {
    try {
      const value = run();
      if (typeof value === "string") {
        checkLength(value.length);
        this.#steps += Math.floor(value.length / STEP_LENGTH);
      }
      return value;
    } catch (error) {
      if (error instanceof Suspension || error instanceof TemplateError) throw error;
      return this.#fail(`error calling ${name}: ${messageOf(error)}`, place);
    }
  }

  #operand(operand: Operand, dot: Value): Value {
    this.#step(operand);
    switch (operand.kind) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "constant":
        return operand.value;
      case "function":
        return this.#function(
          operand.name,
          { operands: [operand], start: operand.start, end: operand.end },
          [],
          dot,
          [],
        );
      case "field":
        return this.#fields(dot, operand.names, operand);
      case "variable":
        return this.#fields(this.#variable(operand.name), operand.names, operand);
      case "pipe":
        return this.#fields(this.#pipe(operand.pipe, dot), operand.names, operand);
    }
  }

  #variable(name: string): Value {
    return this.#variables.findLast((variable) => variable.name === name)?.value ?? null;
  }

  /** `.A.B`: arguments, where a command has any, are those of the last one's method. */
  #fields(
    from: Value,
    names: readonly string[],
    place: Operand,
    call?: { rest: readonly Operand[]; dot: Value; piped: readonly Value[]; command: Command },
  ): Value {
    let value = from;
    names.forEach((name, i) => {
      const isLast = i === names.length - 1;
      const args =
        isLast && call ? [...call.rest.map((operand) => this.#operand(operand, call.dot)), ...call.piped] : [];
      value = this.#field(value, name, args, place);
    });
    const isGiven = call !== undefined && call.rest.length + call.piped.length > 0;
    if (isGiven && names.length === 0)
      this.#fail(`can't give argument to non-function ${this.#source(place)}`, call.command);
    return value;
  }

  #field(value: Value, name: string, args: readonly Value[], place: Operand): Value {
    if (value === null) return this.#fail(`nil pointer evaluating interface {}.${name}`, place);
    const methods = methodsOf(value);
    if (Object.hasOwn(methods, name)) return this.#guarded(() => methods[name](...args), name, place);
    if (isMap(value) || value instanceof Structure) {
      const isKnown = isMap(value) || value.fields.has(name);
      if (isKnown && args.length > 0) this.#fail(`${name} has arguments but cannot be invoked as function`, place);
      if (isMap(value)) return lookUp(value, name);
      const field = value.fields.get(name);
      if (field !== undefined) return field;
    }
    return this.#fail(`can't evaluate field ${name} in type ${typeName(value)}`, place);
  }
}
