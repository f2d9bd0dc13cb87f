import { expect, test } from "vitest";
import { ShapeTable } from "./shape-table.ts";

function shapesOf(lines: readonly string[], most = 1000): string[] {
  const table = new ShapeTable(most);
  return lines.map((line) => {
    const shape = table.shapeOf(line);
    return shape < 0 ? "none" : table.shapes[shape].join(" ");
  });
}

function check(line: string, shape: string): void {
  expect(shapesOf([line])[0], line).toBe(shape);
}

test("words with digits, and what is joined from such, become one mark", () => {
  check("took 15 ms", "took <*> ms");
  check("took 15ms", "took <*>");
  check("2026-01-31T12:00:00.123+01:00 ready", "<*> ready");
  check("2026-01-31 12:00:00,123 INFO ready", "<*> <*> INFO ready");
  check("from 10.0.0.1:8080, again", "from <*>, again");
  check("from [::1]:80 to fe80::1", "from [::<*>]:<*> to <*>::<*>");
  check("GET /users/42/orders?limit=20 HTTP/1.1", "GET /users/<*>/orders?limit=<*> HTTP/<*>");
  check("user=alice id=7f3a", "user=alice id=<*>");
  check("50% of 3.5 GiB", "<*>% of <*> GiB");
});

test("hexadecimal words and UUIDs count as variable also when they hold no digit", () => {
  check("commit deadbeefcafe done", "commit <*> done");
  check("id 3f2504e0-dead-beef-face-aabbccddeeff.", "id <*>.");
  check("a decade faced", "a decade faced");
});

test("quoted values are variable, keys of JSON and apostrophes are not", () => {
  check(`no such key "user:alice smith"`, `no such key "<*>"`);
  check(`can't open 'a "file"' now`, `can't open '<*>' now`);
  check(`{"level":"info","size":12}`, `{"level":"<*>","size":<*>}`);
  check(`an open "quote`, `an open "quote`);
  check(`escaped "a \\" b" end`, `escaped "<*>" end`);
});

test("white space, control characters and terminal colours don't tell lines apart", () => {
  check("  a\tb   c \r", "a b c");
  check("\u001b[31merror\u001b[0m: broken", "\ue000error : broken");
  check("\u0001\u0002\u0003 a", "a");
  check("", "");
});

test("a text's first line counts, and of a long one the beginning up to a whole word", () => {
  check("boom\n  at a\n  at b", "boom <*>");
  check("\n\nboom", "boom");
  check("word ".repeat(400), `${"word ".repeat(64)}<*>`);
  check("x".repeat(3000), `${"x".repeat(1024)} <*>`);
  check(`a "${"z".repeat(2000)}"`, `a " <*>`);
});

test("other scripts and lone surrogates are words", () => {
  check("größe überschritten 5", "größe überschritten <*>");
  check("a \ud800 b", "a \ud800 b");
});

test("of a JSON object its message counts", () => {
  check(`{"ts":1,"msg":"order 5 placed","user":"x"}`, "order <*> placed");
  check(`{"event":"started","message":"up after 3 s"}`, "up after <*> s");
  check(`{"msg":{"a":1}}`, `{"msg":{"a":<*>}}`);
  check(`{not json 5}`, "{not json <*>}");
  check(`{"a":{"msg":"inner"}}`, `{"a":{"msg":"<*>"}}`);
});

test("a message that is written in other words than the body has it is no message", () => {
  check(`{"msg":"a\\tb 5"}`, `{"msg":"<*>"}`);
  check(`{"msg":"gr\\u00f6\\u00dfer"}`, `{"msg":"<*>"}`);
  check(`{"msg":"größer","user":"\\"x\\""}`, "größer");
  check(`{"msg":"a \\"b\\" c\\nd"}`, `a "<*>" c <*>`);
});

test("beyond the bound a line counts with a template that fits, else with its first words, else not at all", () => {
  const names = ["ada", "bob", "eve", "kim", "lea", "max", "pia", "sam"];
  const lines = names.map((name) => `user ${name} has logged in`);
  expect(shapesOf([...lines, "user zoe has logged in", "quite another line", "quite another tale of woe"], 8)).toEqual([
    ...lines,
    lines[0],
    "quite another line <*>",
    "quite another tale <*>",
  ]);
  const many = Array.from(
    { length: 3000 },
    (_, i) =>
      `${"abcdefghij"[i % 10]}${"qrstuvwxyz"[((i / 10) % 10) | 0]}${"klmnopghij"[((i / 100) % 10) | 0]}${"xyz"[(i / 1000) | 0]} is new`,
  );
  const table = new ShapeTable(100);
  const numbers = many.map((line) => table.shapeOf(line));
  expect(table.shapes.length).toBe(100);
  expect(numbers.filter((number) => number < 0).length).toBe(0);
  const odd = new ShapeTable(1);
  expect(many.map((line) => odd.shapeOf(line)).filter((number) => number < 0).length).toBe(3000 - 1025);
  expect(odd.shapes.length).toBe(1025);
});
