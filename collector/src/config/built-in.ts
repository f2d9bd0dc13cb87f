/**
 * The configuration that comes with the program, `builtin:`: what runs where nobody wrote one. Also says where its data lies: in the
 * user's data directory, as each system has it, since the working directory of a program from a package is anybody's.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";

/** Beside the built program, or at the root of the workspace. */
const PLACES = ["./otel-config.yaml", "../../../otel-config.yaml"];

export interface BuiltIn {
  text(): string;
  /** What these variables are to it where the environment doesn't set them. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Of this process. */
export function builtIn(): BuiltIn {
  return {
    text: readBuiltIn,
    variables: { GOLDSPAN_DATA: userDataDirectory(process.platform, process.env, homedir()) },
  };
}

function readBuiltIn(): string {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const path = paths.find((each) => existsSync(each));
  if (path === undefined) throw new Error("the program's own otel-config.yaml is missing; install it again");
  return readFileSync(path, "utf8");
}

/**
 * Linux and others: $XDG_DATA_HOME or ~/.local/share (https://specifications.freedesktop.org/basedir/latest/); macOS: ~/Library/Application
 * Support; Windows: %LOCALAPPDATA%. A relative XDG_DATA_HOME counts as none, as its specification says.
 * @param home absolute
 */
export function userDataDirectory(
  platform: NodeJS.Platform,
  variables: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === "win32") return win32.join(variables.LOCALAPPDATA || win32.join(home, "AppData/Local"), "goldspan");
  if (platform === "darwin") return posix.join(home, "Library/Application Support/goldspan");
  const { XDG_DATA_HOME: data = "" } = variables;
  return posix.join(posix.isAbsolute(data) ? data : posix.join(home, ".local/share"), "goldspan");
}
