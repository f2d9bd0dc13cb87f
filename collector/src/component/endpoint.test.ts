import { expect, test } from "vitest";
import { parseEndpoint, type Endpoint } from "./endpoint.ts";

function check(text: string, expected: Endpoint | string): void {
  const parsed = parseEndpoint(text);
  if (typeof expected === "string") expect(parsed).toContain(expected);
  else expect(parsed).toEqual(expected);
}

test("reads host and port", () => {
  check("localhost:4318", { host: "localhost", port: 4318 });
  check("0.0.0.0:0", { host: "0.0.0.0", port: 0 });
  check(":4318", { host: undefined, port: 4318 });
  check("[::1]:4318", { host: "::1", port: 4318 });
});

test("says what was expected", () => {
  check("localhost", "an address as host:port");
  check("http://localhost:4318", "an address as host:port");
  check("::1:4318", "an address as host:port");
  check("localhost:port", "an address as host:port");
  check("localhost:65536", "a port from 0 to 65535");
});
