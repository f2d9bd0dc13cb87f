/** Go's fmt.Sprintf, Sprint and Sprintln over template values: all verbs that make sense for them, width, precision and flags. */
import { formatFloat } from "./format-float.ts";
import { checkLength, formatValue, typeName, TemplateFault, type Value } from "./value.ts";

/** Width and precision at most: a template cannot ask for more. */
const MOST_WIDTH = 1000;
const VERB = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?([\s\S]?)/gu;

interface Directive {
  readonly flags: string;
  readonly width: number;
  /** Undefined = none was written. */
  readonly precision: number | undefined;
  readonly verb: string;
}

export function sprintf(format: string, args: readonly Value[]): string {
  let next = 0;
  let length = format.length;
  const whole = (text: string | undefined) => {
    const read = text === "*" ? Number(args[next++] ?? 0) : Number(text ?? 0);
    if (!(Math.abs(read) <= MOST_WIDTH)) throw new TemplateFault(`width or precision beyond ${MOST_WIDTH}`);
    return read;
  };
  const out = format.replace(VERB, (_all, flags: string, width?: string, precision?: string, verb = "") => {
    if (verb === "") return "%!(NOVERB)";
    const directive: Directive = {
      flags,
      width: whole(width),
      precision: precision === undefined ? undefined : whole(precision === "" ? "0" : precision),
      verb,
    };
    if (verb === "%") return "%";
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const text = formatOne(args[next++], directive);
    checkLength((length += text.length));
    return text;
  });
  if (next >= args.length) return out;
  const extra = args.slice(next).map((arg) => (arg === null ? "<nil>" : `${typeName(arg)}=${formatValue(arg)}`));
  return `${out}%!(EXTRA ${extra.join(", ")})`;
}

function formatOne(arg: Value, directive: Directive): string {
  const { flags, width, verb } = directive;
  const isNumber = typeof arg === "number" || typeof arg === "bigint";
  const body = bodyOf(arg, directive);
  if (body === undefined) return `%!${verb}(${arg === null ? "<nil>" : `${typeName(arg)}=${formatValue(arg)}`})`;
  const missing = Math.abs(width) - Array.from(body).length;
  if (missing <= 0) return body;
  if (flags.includes("-") || width < 0) return body + " ".repeat(missing);
  const canBeZero = flags.includes("0") && !/Inf|NaN/.test(body);
  if (!canBeZero) return " ".repeat(missing) + body;
  const sign = isNumber && /^[-+ ]/.test(body) ? body[0] : "";
  return sign + "0".repeat(missing) + body.slice(sign.length);
}

function bodyOf(arg: Value, { flags, precision, verb }: Directive): string | undefined {
  if (verb === "T") return typeName(arg);
  if (verb === "v" && typeof arg !== "number" && typeof arg !== "bigint" && typeof arg !== "string")
    return formatValue(arg);
  switch (typeof arg) {
    case "string":
      return textBody(arg, verb, precision, flags);
    case "boolean":
      return verb === "t" ? String(arg) : undefined;
    case "bigint":
      return signed(intBody(arg, verb, flags, precision), flags);
    case "number":
      return signed(floatBody(arg, verb, precision), flags);
  }
  if (arg === null) return undefined;
  return verb === "s" ? formatValue(arg) : undefined;
}

function signed(body: string | undefined, flags: string): string | undefined {
  if (body === undefined || body.startsWith("-") || body.startsWith("+")) return body;
  if (flags.includes("+")) return `+${body}`;
  return flags.includes(" ") ? ` ${body}` : body;
}

function textBody(arg: string, verb: string, precision: number | undefined, flags: string): string | undefined {
  const text = precision === undefined ? arg : Array.from(arg).slice(0, precision).join("");
  switch (verb) {
    case "s":
    case "v":
      return text;
    case "q":
      return flags.includes("#") && !text.includes("`") ? `\`${text}\`` : JSON.stringify(text);
    case "x":
      return Buffer.from(text).toString("hex");
    case "X":
      return Buffer.from(text).toString("hex").toUpperCase();
    default:
      return undefined;
  }
}

const RADIX: Readonly<Record<string, readonly [number, string]>> = {
  d: [10, ""],
  v: [10, ""],
  b: [2, "0b"],
  o: [8, "0"],
  x: [16, "0x"],
  X: [16, "0X"],
};

function intBody(arg: bigint, verb: string, flags: string, precision = 0): string | undefined {
  const radix = Object.hasOwn(RADIX, verb) ? RADIX[verb] : undefined;
  if (!radix) {
    if (arg < 0n || arg > 0x10ffffn) return undefined;
    if (verb === "c") return String.fromCodePoint(Number(arg));
    if (verb === "q") return `'${String.fromCodePoint(Number(arg))}'`;
    return verb === "U" ? `U+${arg.toString(16).toUpperCase().padStart(4, "0")}` : undefined;
  }
  const [base, prefix] = radix;
  const digits = (arg < 0n ? -arg : arg).toString(base).padStart(precision, "0");
  const cased = verb === "X" ? digits.toUpperCase() : digits;
  return (arg < 0n ? "-" : "") + (flags.includes("#") ? prefix : "") + cased;
}

function floatBody(arg: number, verb: string, precision: number | undefined): string | undefined {
  switch (verb) {
    case "v":
    case "g":
      return formatFloat(arg, "g", precision ?? -1);
    case "G":
      return formatFloat(arg, "g", precision ?? -1).replace("e", "E");
    case "f":
    case "F":
      return formatFloat(arg, "f", precision ?? 6);
    case "e":
      return formatFloat(arg, "e", precision ?? 6);
    case "E":
      return formatFloat(arg, "e", precision ?? 6).replace("e", "E");
    default:
      return undefined;
  }
}

/** A space between two values of which neither is a text. */
export function sprint(args: readonly Value[]): string {
  let out = "";
  args.forEach((arg, i) => {
    const isSpaced = i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string";
    out += (isSpaced ? " " : "") + formatValue(arg);
    checkLength(out.length);
  });
  return out;
}

export function sprintln(args: readonly Value[]): string {
  let out = "";
  args.forEach((arg, i) => {
    out += (i > 0 ? " " : "") + formatValue(arg);
    checkLength(out.length);
  });
  return `${out}\n`;
}
