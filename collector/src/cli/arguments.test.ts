import { expect, test } from "vitest";
import { parseArguments, type Arguments } from "./arguments.ts";
import { UsageError } from "./usage.ts";

/** @param line as it is typed after `goldspan`; a string = what is said against it */
function check(line: string, expected: Partial<Arguments> | string): void {
  const argv = line === "" ? [] : line.split(" ");
  if (typeof expected !== "string") expect(parseArguments(argv), line).toMatchObject(expected);
  else {
    expect(() => parseArguments(argv), line).toThrow(UsageError);
    expect(() => parseArguments(argv), line).toThrow(expected);
  }
}

test("runs with the default configuration", () => {
  check("", { command: "run", sources: { configs: [], sets: [] } });
  check("run", { command: "run" });
});

test("takes several configurations and settings, in order", () => {
  check("--config a.yaml --config=env:B -c c.yaml --set a.b=1 --set=c=d=e", {
    command: "run",
    sources: { configs: ["a.yaml", "env:B", "c.yaml"], sets: ["a.b=1", "c=d=e"] },
  });
  check("validate --config a.yaml", { command: "validate", sources: { configs: ["a.yaml"], sets: [] } });
  check("--config a.yaml print-config", { command: "print-config" });
  check("components", { command: "components" });
});

test("help and version, as options and as commands", () => {
  for (const line of ["--help", "-h", "help", "validate --help"]) check(line, { command: "help" });
  for (const line of ["--version", "-v", "version"]) check(line, { command: "version" });
});

test("says what is wrong with a command line", () => {
  check("validat", 'cannot find the command "validat"; did you mean "validate"?');
  check(
    "dance",
    'cannot find the command "dance"; commands: run, validate, print-config, inspect, verify, backup, export, rules, replay, health, doctor, send-test, components, help, version',
  );
  check("--confg a.yaml", "cannot understand the option --confg; did you mean --config?");
  check("-x", "cannot understand the option -x; options: --config, --set, --help, --version");
  check("run a.yaml", 'cannot use "a.yaml" after run; give files with --config FILE');
  check("--config", "cannot use --config without a value");
  check("--config=", "cannot use --config without a value");
  check("--set a.b", "cannot use --set a.b: write --set a.b=value");
});
