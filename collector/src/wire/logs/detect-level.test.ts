import { describe, expect, it } from "vitest";
import { severityOfLine } from "./detect-level.ts";

describe("the severity of a line", () => {
  const check = (number: number, ...lines: string[]) =>
    expect(lines.map((line) => [line, severityOfLine(Buffer.from(line))])).toEqual(lines.map((line) => [line, number]));

  it("stands in a member of JSON", () => {
    check(13, '{"msg":"x","level":"warn"}', ' {"severity": "WARNING"}\n', '{"a":{"log.level":"warn"}}');
    check(9, '{"level":30,"msg":"error: none"}');
    check(0, '{"msg":"ERROR"}', '{"level":"?"}');
  });

  it("stands under a key of logfmt", () => {
    check(17, 'ts=1 level=error msg="info"', "lvl=ERR", 'severity="error" a=b');
    check(5, "level=debug");
    check(0, "sublevel=error", "level=errors");
  });

  it("is a word in brackets, in capitals or before a colon, the first of them", () => {
    check(17, "2026/01/01 [error] 12#0: info", "ERROR could not read the info", "error: gone", "E0102 15:04:05.0 x");
    check(13, "WARN x", "<warn> y", "Warning: z");
    check(21, "panic: runtime error", "FATAL x");
    check(9, "2026-01-01 INFO main - no error", "some info", "I0102 15:04:05.0 x");
    check(5, "debug output");
  });

  it("is unknown when nothing says it", () => {
    check(0, "", "  ", "GET / 200", "an error happened", "warned", "informal", "x=y");
  });

  it("is looked for near the beginning alone, in time that does not explode", () => {
    check(0, `${"x".repeat(2000)} ERROR`);
    const started = performance.now();
    for (const part of ["[ ", '"level":', "level=", "error ", "a ", "<info "])
      severityOfLine(Buffer.from(part.repeat(1_000_000)));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
