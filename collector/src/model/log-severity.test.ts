import { describe, expect, it } from "vitest";
import { severityNumberOf } from "./log-severity.ts";

describe("a word for a severity", () => {
  const check = (number: number, ...words: string[]) =>
    expect(words.map((word) => [word, severityNumberOf(word)])).toEqual(words.map((word) => [word, number]));

  it("has a number whatever its case", () => {
    check(1, "trace", "TRACE", "Verbose", "FINEST", "TRACE1", "10");
    check(5, "debug", "DBG", "Fine");
    check(9, "info", "INFO", "Information", "informational", " info ", "30");
    check(10, "notice", "INFO2");
    check(13, "warn", "WARNING", "wrn", "W");
    check(17, "error", "ERR", "Severe", "E");
    check(21, "fatal", "CRITICAL", "panic");
    check(24, "FATAL4");
  });

  it("is 0 for what is none", () => {
    check(0, "", "unknown", "infos", "TRACE5", "31", "-1", "constructor", "x".repeat(100), "info".repeat(10));
  });
});
