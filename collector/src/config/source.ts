/**
 * Where configuration text comes from: `path`, `file:path`, `env:NAME[:-default]`, `yaml:text`, `builtin:`. Used for whole sources
 * (`--config`) and inside values (`${…}`). In: an address; out: the text and the name that error messages give it. What touches
 * the outside (files, variables) comes in as {@link Surroundings}.
 */
import { readFileSync } from "node:fs";
import { messageOf } from "../base/errors.ts";
import { builtIn, type BuiltIn } from "./built-in.ts";

/** This process's variables and files. */
export function processSurroundings(): Surroundings {
  return { variables: process.env, readFile: (path) => readFileSync(path, "utf8"), builtIn: builtIn() };
}

/** What a configuration may read from. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The text of a file; throws when there is none. Relative paths are relative to the working directory, as in the Collector. */
  readFile(path: string): string;
  /** Behind `builtin:`; absent = there is none. */
  readonly builtIn?: BuiltIn;
}

export interface SourceText {
  readonly text: string;
  /** The file's path, "env:NAME" or "yaml". */
  readonly name: string;
  /** Places inside the text are of use: it is a file. */
  readonly isFile: boolean;
  /** Something to warn about: the variable is not set. */
  readonly warning?: string;
  /** The text is a text, whatever it looks like: an empty default. */
  readonly verbatim?: boolean;
}

const VARIABLE = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):([\s\S]*)$/;

/** The text behind an address; a string = the phrase that says why there is none. */
export function readSource(scheme: string, address: string, surroundings: Surroundings): SourceText | string {
  switch (scheme) {
    case "file":
      try {
        return { text: surroundings.readFile(address), name: address, isFile: true };
      } catch (error) {
        return `cannot read the file "${address}": ${reasonOf(error)}`;
      }
    case "env":
      return readVariable(address, surroundings.variables);
    case "yaml":
      return { text: address, name: "yaml", isFile: false };
    case "builtin":
      if (address !== "") return `builtin:${address} is no configuration; write builtin: alone`;
      if (!surroundings.builtIn) return "there is no built-in configuration here";
      return { text: surroundings.builtIn.text(), name: "builtin:otel-config.yaml", isFile: true };
    default:
      return `the scheme "${scheme}" is not known; use file, env, yaml or builtin`;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? messageOf(error);
}

function readVariable(address: string, variables: Surroundings["variables"]): SourceText | string {
  const dash = address.indexOf(":-");
  const variable = dash < 0 ? address : address.slice(0, dash);
  if (!VARIABLE.test(variable)) {
    return `the environment variable "${variable}" has an invalid name; it holds letters, digits and _ and does not begin with a digit`;
  }
  const name = `env:${variable}`;
  const value = variables[variable];
  if (value !== undefined) return { text: value, name, isFile: false };
  if (dash < 0) {
    return {
      text: "",
      name,
      isFile: false,
      warning: `the environment variable ${variable} is not set; it counts as empty`,
    };
  }
  const text = address.slice(dash + 2);
  return { text, name, isFile: false, verbatim: text === "" };
}

/** `scheme:rest`; undefined when the text has no scheme. A single letter is none but a Windows drive. */
export function splitScheme(text: string): { scheme: string; address: string } | undefined {
  const found = SCHEME.exec(text);
  return found ? { scheme: found[1], address: found[2] } : undefined;
}
