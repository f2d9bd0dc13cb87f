/** Messages as they come -> batches of records. Each has a time of arrival of its own: two that are equal byte by byte are two. */
import type { LogBatch } from "../../model/log-batch.ts";
import { LogRequestWriter } from "../../wire/logs/request-writer.ts";
import { parseSyslog, type SyslogProtocol } from "../../wire/syslog/parse-syslog.ts";
import { addSyslogRecord } from "../../wire/syslog/syslog-record.ts";
import type { WallClock } from "../../wire/syslog/wall-clock.ts";

export interface MessageOptions {
  readonly protocol: SyslogProtocol;
  readonly clock: WallClock;
}

let last = 0n;

/** Unix nanoseconds that grow with every call in this thread. */
function nextNow(): bigint {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last;
}

export class MessageBatch {
  readonly #options: MessageOptions;
  readonly #writer = new LogRequestWriter();
  /** Bytes of the messages in it. */
  bytes = 0;

  constructor(options: MessageOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#writer.count;
  }

  /** @param address of the sender */
  add(bytes: Uint8Array, start: number, end: number, address: string, truncated: boolean): void {
    const now = nextNow();
    const message = parseSyslog(bytes, start, end, { ...this.#options, now });
    addSyslogRecord(this.#writer, message, { now, address, truncated });
    this.bytes += end - start;
  }

  /** It is empty then. */
  take(): LogBatch {
    this.bytes = 0;
    return this.#writer.finish();
  }
}
