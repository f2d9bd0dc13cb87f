import type { Instrumentation } from "@opentelemetry/instrumentation";
import { expect, test } from "vitest";
import { instrumentedModules, isInstrumented } from "./module-hooks.ts";

function instrumentation(...names: string[]): Instrumentation {
  return { _modules: names.map((name) => ({ name })) } as unknown as Instrumentation;
}

test("packages are named by their first path segments", () => {
  const names = instrumentedModules([
    instrumentation("http", "node:net"),
    instrumentation("mysql2/promise", "@redis/client"),
  ]);
  expect([...(names ?? [])]).toEqual(["http", "net", "mysql2", "@redis/client"]);
});

test("an instrumentation that does not tell its modules gets all imports hooked", () => {
  expect(instrumentedModules([instrumentation("http"), {} as Instrumentation])).toBeUndefined();
});

test("only files of instrumented packages are touched", () => {
  const names = new Set(["pino", "@redis/client"]);
  const check = (url: string, expected: boolean): void => expect(isInstrumented(url, names), url).toBe(expected);
  check("file:///app/node_modules/pino/pino.js", true);
  check("file:///app/node_modules/.pnpm/pino@9/node_modules/pino/lib/tools.js", true);
  check("file:///app/node_modules/@redis/client/dist/index.js", true);
  check("file:///app/node_modules/@redis/bloom/dist/index.js", false);
  check("file:///app/node_modules/pino/node_modules/sonic-boom/index.js", false);
  check("file:///app/src/pino/index.js", false);
  check("node:http", false);
});
