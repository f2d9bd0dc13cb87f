import { expect, test } from "vitest";
import { simpleFactories } from "../../test/kit/factories.ts";
import { userDataDirectory } from "./built-in.ts";
import { configsOf } from "./default-source.ts";
import { loadConfig } from "./load-config.ts";
import type { Surroundings } from "./source.ts";

const TEXT = `
receivers: { nop: }
exporters: { nop: }
extensions: { bearertokenauth: { token: "\${env:GOLDSPAN_DATA:-./data}" } }
service: { extensions: [bearertokenauth], pipelines: { traces: { receivers: [nop], exporters: [nop] } } }`;

function surroundings(files: Record<string, string>, variables: Record<string, string> = {}): Surroundings {
  return {
    variables,
    readFile(path) {
      if (path in files) return files[path];
      throw Object.assign(new Error("missing"), { code: path === "secret" ? "EACCES" : "ENOENT" });
    },
    builtIn: { text: () => TEXT, variables: { GOLDSPAN_DATA: "/home/me/.local/share/goldspan" } },
  };
}

function tokenOf(configs: string[], outside: Surroundings): unknown {
  const { extensions } = loadConfig({ configs, sets: [] }, simpleFactories, outside);
  return (extensions.bearertokenauth as { token: unknown }).token;
}

test("the file of the working directory is meant when there is one, else the built-in configuration", () => {
  expect(configsOf([], surroundings({ "otel-config.yaml": TEXT }))).toEqual(["otel-config.yaml"]);
  expect(configsOf([], surroundings({}))).toEqual(["builtin:"]);
  expect(configsOf(["a.yaml"], surroundings({}))).toEqual(["a.yaml"]);
  expect(configsOf([], { ...surroundings({}), builtIn: undefined })).toEqual(["otel-config.yaml"]);
  const unreadable = {
    ...surroundings({}),
    readFile() {
      throw Object.assign(new Error("no"), { code: "EACCES" });
    },
  };
  expect(() => loadConfig({ configs: [] }, simpleFactories, unreadable)).toThrow(
    'cannot read the file "otel-config.yaml": permission denied',
  );
});

test("the built-in configuration keeps its data in the user's directory, unless the environment names another", () => {
  expect(tokenOf([], surroundings({}))).toBe("/home/me/.local/share/goldspan");
  expect(tokenOf(["builtin:"], surroundings({}, { GOLDSPAN_DATA: "/data" }))).toBe("/data");
  expect(tokenOf([], surroundings({ "otel-config.yaml": TEXT }))).toBe("./data");
});

test("other sources go over the built-in configuration", () => {
  const changes = "extensions: { bearertokenauth: { token: mine } }";
  expect(tokenOf(["builtin:", "changes.yaml"], surroundings({ "changes.yaml": changes }))).toBe("mine");
  const wrong = { ...surroundings({}), builtIn: { text: () => "receivers: { nopp: }", variables: {} } };
  expect(() => loadConfig({ configs: [] }, simpleFactories, wrong)).toThrow("builtin:otel-config.yaml:1: receivers");
  expect(() => loadConfig({ configs: ["builtin:x"] }, simpleFactories, surroundings({}))).toThrow(
    "builtin:x is no configuration; write builtin: alone",
  );
});

test("each system has a place for the user's data", () => {
  const check = (platform: NodeJS.Platform, variables: Record<string, string>, home: string, expected: string) =>
    expect(userDataDirectory(platform, variables, home)).toBe(expected);
  check("linux", {}, "/home/me", "/home/me/.local/share/goldspan");
  check("linux", { XDG_DATA_HOME: "/mnt/data" }, "/home/me", "/mnt/data/goldspan");
  check("linux", { XDG_DATA_HOME: "data" }, "/home/me", "/home/me/.local/share/goldspan");
  check("freebsd", { XDG_DATA_HOME: "" }, "/home/me", "/home/me/.local/share/goldspan");
  check("darwin", { XDG_DATA_HOME: "/x" }, "/Users/me", "/Users/me/Library/Application Support/goldspan");
  check("win32", { LOCALAPPDATA: "D:\\Local" }, "C:\\Users\\me", "D:\\Local\\goldspan");
  check("win32", {}, "C:\\Users\\me", "C:\\Users\\me\\AppData\\Local\\goldspan");
});
