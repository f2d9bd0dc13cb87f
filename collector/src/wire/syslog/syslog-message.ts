/** What a syslog message says, whichever RFC it follows. */

export interface SyslogMessage {
  /** 0 to 23. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** Unix nanoseconds; undefined = it tells none that could be read. */
  readonly time: bigint | undefined;
  /** "" = not told, as for those below. */
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  /** `id.name`, in order. */
  readonly structuredData: readonly (readonly [key: string, value: string])[];
  /** The text, as it came. */
  readonly text: Uint8Array;
}

/** What a sender without PRI is taken to mean (RFC 3164, 4.3.3): user.notice. */
const DEFAULT_PRIORITY = 13;
const MOST_PRIORITY = 191;

/** `<0>` to `<191>` at `start`, and where it ends; without one `user.notice`, and `start`. */
export function readPriority(bytes: Uint8Array, start: number, end: number): { priority: number; next: number } {
  if (bytes[start] === 0x3c) {
    let value = 0;
    for (let at = start + 1; at < end && at <= start + 4; at++) {
      const byte = bytes[at];
      if (byte === 0x3e && at > start + 1 && value <= MOST_PRIORITY) return { priority: value, next: at + 1 };
      if (byte < 0x30 || byte > 0x39) break;
      value = value * 10 + byte - 0x30;
    }
  }
  return { priority: DEFAULT_PRIORITY, next: start };
}
