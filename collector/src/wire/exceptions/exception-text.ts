/**
 * An exception in the text of a log record: `TypeError: x is not a function` with frames below it, Python's traceback with its last line, a
 * JSON object with members for message, error and stack trace; else the text is the message, of no type.
 */

import { MOST_STACKTRACE } from "./found-exception.ts";

export interface TextException {
  readonly type: string;
  readonly message: string;
  /** "" where the text holds no frames. */
  readonly stacktrace: string;
}

/** Longer texts are taken as they are. */
const MOST_JSON = 65_536;
const MESSAGE_MEMBERS = ["message", "msg", "body", "log", "event"];
const STACK_MEMBERS = ["stack", "stacktrace", "stack_trace", "exception.stacktrace", "exc_info"];
const ERROR_MEMBERS = ["err", "error", "exception"];
/** An exception's class, or the last part of its name, as languages write it before the message. */
const TYPED =
  /^(?:(?:Uncaught|Unhandled|Exception in thread "[^"]*"|panic:|PHP Fatal error: +Uncaught)[: ]+)?((?:[A-Za-z_$][\w$.\\]*)?(?:Error|Exception|Fault|Panic|Warning|Exit|Interrupt|Throwable))(?:: |$)/;
const FRAME = /^(?:[ \t]+at \S|[ \t]*File ".+", line \d+|\t\S+:\d+ \+0x|#\d+ |[ \t]+from \S+:\d+:in )/m;

export function exceptionInText(text: string): TextException {
  const object = text.length <= MOST_JSON ? objectOf(text) : undefined;
  return object ? ofObject(object, text) : ofPlain(text.slice(0, MOST_STACKTRACE));
}

function ofPlain(text: string): TextException {
  const hasFrames = text.includes("\n") && FRAME.test(text);
  const stacktrace = hasFrames ? text : "";
  const isPython = hasFrames && text.includes("Traceback (most recent call last)");
  const lines = isPython ? text.trimEnd().split("\n") : [];
  const line = isPython ? lines[lines.length - 1] : firstLine(text);
  const found = TYPED.exec(line);
  if (!found) return { type: "", message: line, stacktrace };
  return { type: found[1], message: line.slice(found.index + found[0].length), stacktrace };
}

function ofObject(object: Readonly<Record<string, unknown>>, text: string): TextException {
  const error = ERROR_MEMBERS.map((key) => object[key]).find((value) => typeof value === "object" && value !== null);
  const stacktrace = textOf(object, STACK_MEMBERS);
  if (error) {
    const inner = error as Readonly<Record<string, unknown>>;
    const message = textOf(inner, ["message", "msg"]) || textOf(object, MESSAGE_MEMBERS);
    return {
      type: textOf(inner, ["type", "name", "class"]),
      message,
      stacktrace: textOf(inner, STACK_MEMBERS) || stacktrace,
    };
  }
  const message = textOf(object, MESSAGE_MEMBERS);
  const own = ofPlain(message || text);
  const fromStack = stacktrace !== "" && own.type === "" ? ofPlain(stacktrace) : undefined;
  return { type: own.type || (fromStack?.type ?? ""), message: own.message, stacktrace: stacktrace || own.stacktrace };
}

function textOf(object: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  for (const key of keys) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    // It only looks like JSON.
    return undefined;
  }
}

function firstLine(text: string): string {
  const start = text.length - text.trimStart().length;
  const end = text.indexOf("\n", start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}
