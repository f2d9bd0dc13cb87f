/**
 * Variables of a board being changed: a new one with a free name, one of another kind that keeps what it can, and what is wrong with them
 * before the server says so. In: variables; out: variables, or a sentence. Pure.
 */
import type { WireBoardVariable } from "goldspan/contract";

export const VARIABLE_TYPES = [
  { type: "label_values", label: "Values of a label" },
  { type: "custom", label: "A list of my own" },
  { type: "constant", label: "One fixed value" },
] as const satisfies readonly { readonly type: WireBoardVariable["type"]; readonly label: string }[];

export type VariableType = WireBoardVariable["type"];

const NAME = /^[A-Za-z]\w{0,49}$/;

export function newVariable(present: readonly WireBoardVariable[]): WireBoardVariable {
  const names = new Set(present.map(({ name }) => name));
  const number = Array.from({ length: present.length + 1 }, (_, index) => index + 1).find(
    (one) => !names.has(nameOfNew(one)),
  );
  return { type: "label_values", name: nameOfNew(number ?? 1), label: "service_name" };
}

/** Name and title stay, and the choice of several where the other kind has one, too. */
export function turnVariable(variable: WireBoardVariable, type: VariableType): WireBoardVariable {
  if (variable.type === type) return variable;
  const { name, title } = variable;
  const kept = { name, ...(title === undefined ? {} : { title }) };
  const { multi, all } = variable.type === "constant" ? {} : variable;
  const choice = { ...(multi === undefined ? {} : { multi }), ...(all === undefined ? {} : { all }) };
  switch (type) {
    case "label_values":
      return { ...kept, ...choice, type, label: "service_name" };
    case "custom":
      return { ...kept, ...choice, type, values: variable.type === "constant" ? [variable.value] : ["one", "two"] };
    case "constant":
      return { ...kept, type, value: variable.type === "custom" ? variable.values[0] : "" };
  }
}

/** "a, b, c" as a list; "" when nothing is in it. */
export function parseValues(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** What is wrong with the variable at a place, as a sentence; "" = nothing. */
export function variableProblem(variables: readonly WireBoardVariable[], index: number): string {
  const variable = variables[index];
  const { name } = variable;
  if (!NAME.test(name)) return "A name begins with a letter and has only letters, digits and _, 50 at most.";
  if (variables.some((other, at) => at < index && other.name === name)) return `There is another variable ${name}.`;
  if (variable.type === "label_values" && variable.label === "") return "It needs the label whose values it has.";
  if (variable.type === "custom" && variable.values.length === 0) return "It needs values, with commas between them.";
  return "";
}

/** What is chosen at first must be one of its values: another kind, label or list forgets it. */
export function withoutCurrent(variable: WireBoardVariable): WireBoardVariable {
  const rest = { ...variable };
  delete rest.current;
  return rest;
}

function nameOfNew(number: number): string {
  return number === 1 ? "service" : `variable${number}`;
}
