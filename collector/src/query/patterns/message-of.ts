/** The text that a body's pattern is made of: a JSON object's message where it has one, else all of it. */

/** Members that hold a message, the first that is there counts. */
const MEMBERS = ["message", "msg", "body", "log", "event"];

/** A map as body has the text of a JSON object, too. */
export function messageOf(body: string): string {
  if (body.charCodeAt(0) !== 0x7b || body.charCodeAt(body.length - 1) !== 0x7d) return body;
  let object: Readonly<Record<string, unknown>>;
  try {
    object = JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    // It only looks like JSON: a line like any other.
    return body;
  }
  for (const member of MEMBERS) {
    const value = Object.hasOwn(object, member) ? object[member] : undefined;
    if (typeof value === "string" && value !== "") return hasSameWords(body, value) ? value : body;
  }
  return body;
}

/** Searches look at the body as it was sent, where "a\tb" is written with a backslash and a t, and é perhaps as \u00e9. */
function hasSameWords(body: string, message: string): boolean {
  if (!body.includes("\\")) return true;
  // Only the first line makes the pattern.
  const line = message.split("\n", 1)[0];
  return !/\p{Cc}/u.test(line) && !(body.includes("\\u") && /\P{ASCII}/u.test(line));
}
