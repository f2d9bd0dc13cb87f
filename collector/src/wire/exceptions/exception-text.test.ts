import { expect, test } from "vitest";
import { exceptionInText } from "./exception-text.ts";

function check(text: string, type: string, message: string, hasStack = false): void {
  const found = exceptionInText(text);
  expect({ type: found.type, message: found.message, hasStack: found.stacktrace !== "" }).toEqual({
    type,
    message,
    hasStack,
  });
}

test("a class name before a colon is the type", () => {
  check("TypeError: x is not a function\n    at a (/app/a.js:1:1)", "TypeError", "x is not a function", true);
  check(
    `Exception in thread "main" java.io.IOException: gone\n\tat a.B.c(B.java:1)`,
    "java.io.IOException",
    "gone",
    true,
  );
  check("Uncaught Error: boom", "Error", "boom");
  check("cannot charge card 17: declined", "", "cannot charge card 17: declined");
  check("payment: Error: boom", "", "payment: Error: boom");
});

test("Python's last line counts", () => {
  check(
    `Traceback (most recent call last):\n  File "/app/a.py", line 1, in add\n    x()\nValueError: no stock\n`,
    "ValueError",
    "no stock",
    true,
  );
});

test("of a text of several lines without frames the first one counts", () => {
  check("\nbroken\nreally", "", "broken");
});

test("a JSON object has its members", () => {
  check(
    `{"level":50,"err":{"type":"CardError","message":"declined","stack":"CardError: declined\\n    at a (/a.js:1:1)"},"msg":"cannot charge"}`,
    "CardError",
    "declined",
    true,
  );
  check(`{"msg":"boom","stack":"RangeError: boom\\n    at a (/a.js:1:1)"}`, "RangeError", "boom", true);
  check(`{"message":"TypeError: bad"}`, "TypeError", "bad");
  check(`{"a":1}`, "", `{"a":1}`);
  check(`{broken`, "", `{broken`);
});

test("long texts of white space take no time", () => {
  const before = performance.now();
  exceptionInText(`x\n${" \n".repeat(500_000)}`);
  exceptionInText(`${"\n".repeat(500_000)}x`);
  expect(performance.now() - before).toBeLessThan(2000);
});
