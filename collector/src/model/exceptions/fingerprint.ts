/**
 * What an exception is, whatever its ids, lines and times: a fingerprint of service, type, message without its variable parts, and the top
 * frames of the application. The same one on every machine and after every restart; a release that moves code to other lines keeps it.
 */
import { hashBytes } from "../../base/hash.ts";
import { LineMask } from "../line-mask.ts";
import { parseFrames, type Frame } from "./stack-frames.ts";

export interface ExceptionFacts {
  readonly service: string;
  /** "" where unknown. */
  readonly type: string;
  readonly message: string;
  /** "" where there is none. */
  readonly stacktrace: string;
}

export interface ExceptionIdentity {
  /** 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** The top frame of the application, else of all; "" where unknown. */
  readonly culprit: string;
}

/** Frames that count. With more of them one mistake has as many groups as it has callers. */
const TOP_FRAMES = 2;
const SEPARATOR = "\u0000";
const mask = new LineMask();
const encoder = new TextEncoder();

/** Takes some 10 µs for a trace of 20 frames. */
export function identifyException({ service, type, message, stacktrace }: ExceptionFacts): ExceptionIdentity {
  const frames = topFrames(stacktrace === "" ? [] : parseFrames(stacktrace));
  mask.mask(message);
  const text = [service, type, mask.text(), ...frames.map(placeOf)].join(SEPARATOR);
  return { fingerprint: digest(text), culprit: frames.length > 0 ? placeOf(frames[0]) : "" };
}

function topFrames(frames: readonly Frame[]): readonly Frame[] {
  const own = frames.filter(({ isOwn }) => isOwn);
  const chosen = own.length > 0 ? own : frames;
  // Recursion: a function that calls itself is one place.
  return chosen.filter((frame, i) => i === 0 || placeOf(frame) !== placeOf(chosen[i - 1])).slice(0, TOP_FRAMES);
}

function placeOf({ function: name, file }: Frame): string {
  if (name === "") return file;
  return file === "" ? name : `${name} (${file})`;
}

/** The seeds are part of what is stored: other ones would make every fingerprint a new one. */
function digest(text: string): string {
  const bytes = encoder.encode(text);
  const words = [0x3c6ef372, 0x1f83d9ab].map((seed) => hashBytes(bytes, 0, bytes.length, seed) >>> 0);
  return words.map((word) => word.toString(16).padStart(8, "0")).join("");
}
