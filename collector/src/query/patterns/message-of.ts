/** The text that a body's pattern is made of: a JSON object's message where it has one, else all of it. */

/** Members that hold a message, the first that is there counts. */
export const MEMBERS = ["message", "msg", "body", "log", "event"] as const;

export interface Message {
  text: string;
  /** Index into MEMBERS; -1 = the text is the whole body. */
  member: number;
}

const whole: Message = { text: "", member: -1 };

/** One shared object: read it before the next call. A map as body has the text of a JSON object, too. */
export function messageOf(body: string): Readonly<Message> {
  whole.text = body;
  whole.member = -1;
  if (body.charCodeAt(0) !== 0x7b || body.charCodeAt(body.length - 1) !== 0x7d) return whole;
  let object: Readonly<Record<string, unknown>>;
  try {
    object = JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    // It only looks like JSON: a line like any other.
    return whole;
  }
  for (let i = 0; i < MEMBERS.length; i++) {
    const value = Object.hasOwn(object, MEMBERS[i]) ? object[MEMBERS[i]] : undefined;
    if (typeof value !== "string" || value === "") continue;
    whole.text = value;
    whole.member = i;
    return whole;
  }
  return whole;
}
