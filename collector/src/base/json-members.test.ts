import { describe, expect, it } from "vitest";
import { eachEscapedString, eachMember, findMembers, memberText } from "./json-members.ts";

function found(text: string, path: string): string[] | undefined {
  const bytes = Buffer.from(`..${text}..`);
  const texts: string[] = [];
  const isJson = findMembers(bytes, 2, bytes.length - 2, Buffer.from(path), (member) => texts.push(memberText(member)));
  return isJson ? texts : undefined;
}

function members(text: string): Record<string, string> | undefined {
  const bytes = Buffer.from(text);
  const all: Record<string, string> = {};
  return eachMember(bytes, 0, bytes.length, (path, member) => (all[path] = memberText(member))) ? all : undefined;
}

describe("members of a JSON text", () => {
  it("are found by their path, whichever of its dots are levels", () => {
    const check = (text: string, path: string, expected: string[]) => expect(found(text, path), text).toEqual(expected);
    check('{"a":"x"}', "a", ["x"]);
    check('{ "a" : { "b" : 12.50 } , "c": true}\n', "a.b", ["12.50"]);
    check('{"a.b":1,"a":{"b":2,"b.c":3}}', "a.b", ["1", "2"]);
    check('{"a.b":{"c":{"d":null}}}', "a.b.c.d", ["null"]);
    check('{"a":{"b":[1, {"c":2}]}}', "a.b", ['[1, {"c":2}]']);
    check('{"a":{"b":[1, {"c":2}]}}', "a.b.c", []);
    check('{"a":"x\\n\\"\\u00e9","\\u0062":7}', "a", ['x\n"é']);
    check('{"a":"x","\\u0062":7}', "b", ["7"]);
    check('{"ab":1,"a":2,"":3}', "a", ["2"]);
    check("{}", "a", []);
    check('{"a":1,"a":2}', "a", ["1", "2"]);
  });

  it("are all named, those of members in place of objects that have some", () => {
    expect(members('{"a":{"b":1,"c":{}},"d.e":[2],"f":"\\ud800"}')).toEqual({
      "a.b": "1",
      "a.c": "{}",
      "d.e": "[2]",
      f: "\ufffd",
    });
  });

  it("are none in what is no JSON object, however it begins", () => {
    const texts = [
      "",
      "{",
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{"a":01}',
      '{"a":1.}',
      '{"a":+1}',
      '{"a":1e}',
      '{"a":tru}',
      '{"a":"\n"}',
      '{"a":"\\x"}',
      '{"a":"\\u12"}',
      '{"a":1} x',
      '{"a":1',
      '{"a":"1}',
      "{a:1}",
      "{'a':1}",
      '["a"]',
      ' {"a":1}',
      `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
    ];
    for (const text of texts) expect(found(text, "a"), text.slice(0, 20)).toBeUndefined();
  });

  it("agree with JSON.parse on any cut and change of a text", () => {
    const text = JSON.stringify({ a: [1, -2.5e-7, "\u0001é\\"], b: { c: null, d: false }, e: "日本 <x>" });
    for (let i = 0; i < text.length; i++) {
      for (const byte of ["", '"', "{", "}", ",", "\\", "0", "."]) {
        const changed = text.slice(0, i) + byte + text.slice(i + 1);
        let parsed: unknown;
        try {
          parsed = JSON.parse(changed);
        } catch {
          parsed = undefined;
        }
        const isObject = typeof parsed === "object" && changed.startsWith("{");
        expect(members(changed) !== undefined, changed).toBe(isObject);
      }
    }
  });

  it("tells the strings that are written with escapes, keys too", () => {
    const strings: string[] = [];
    const bytes = Buffer.from('{"\\u0061b":["plain","a\\nb",{"x":"\\u003cb>"}]}');
    expect(eachEscapedString(bytes, 0, bytes.length, (text) => strings.push(text))).toBe(true);
    expect(strings).toEqual(["ab", "a\nb", "<b>"]);
  });
});
