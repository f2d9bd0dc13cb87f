/** Members of a body that is a JSON object, by path, as texts: what a row shows and what queries call its fields. */

const MOST_MEMBERS = 300;
const MOST_DEPTH = 20;

/** Undefined = the text is no JSON object, or has no members. Numbers keep the digits they were written with. */
export function membersOfBody(text: string): Record<string, string> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text, sourceOfNumbers);
  } catch {
    return undefined;
  }
  const members: [string, string][] = [];
  addMembers(members, "", value as object, 0);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** Stands for a number; its digits may be more than a number holds. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return Number(this.text);
  }
}

function sourceOfNumbers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? new Digits(context?.source ?? String(value)) : value;
}

function addMembers(members: [string, string][], prefix: string, value: object, depth: number): void {
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    if (members.length >= MOST_MEMBERS) return;
    const path = (prefix + name).toWellFormed();
    const isObject = typeof member === "object" && member !== null && !Array.isArray(member);
    if (member instanceof Digits) members.push([path, member.text]);
    else if (isObject && depth < MOST_DEPTH && Object.keys(member).length > 0)
      addMembers(members, `${path}.`, member, depth + 1);
    else members.push([path, (typeof member === "string" ? member : JSON.stringify(member)).toWellFormed()]);
  }
}
