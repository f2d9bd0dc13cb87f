/**
 * What a channel is: a notification and its settings in, HTTP requests out, and what an answer means. Pure; sends nothing, keeps nothing.
 * Settings hold texts as they are to be said: templates are rendered and secrets are read before. Where one request follows from the
 * answer to another it is a conversation: a generator that gives requests and is given answers.
 */
import type { Notification } from "./notification.ts";

export interface ChannelRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "GET";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What is sent where it is no text; `body` is then the part of it that people can read. */
  readonly bytes?: Uint8Array;
  /** To an address that the vendor's answer named: the channel's credentials are not for it. */
  readonly isForeign?: boolean;
}

export interface ChannelAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Outcome =
  | { readonly kind: "sent" }
  /** Try again; not before that time has gone by, where the vendor says one. */
  | { readonly kind: "retry"; readonly afterMillis: number | undefined; readonly message: string }
  /** It would be refused again. */
  | { readonly kind: "permanent"; readonly message: string };

export interface Channel<Settings> {
  /** Mostly one; they are sent in their order. */
  build(notification: Notification, settings: Settings): ChannelRequest[];
  /** @param now for answers that name a moment */
  judge(answer: ChannelAnswer, now: number): Outcome;
  /** Absent: the requests of `build`, one after the other until one is not sent. */
  converse?(notification: Notification, settings: Settings, extras: Extras): Conversation;
}

/** What a channel keeps of a group's message in order to change or answer it, as its vendor calls it. */
export type MessageMemory = Readonly<Record<string, string>>;

export interface Extras {
  /** PNG; of the first alert that fires. */
  readonly picture?: Uint8Array;
  /** Of the group's message before. */
  readonly previous?: MessageMemory;
  /** Milliseconds since 1970, for answers that name a moment. */
  readonly now: () => number;
}

export type Conversation = Generator<ChannelRequest, ConversationEnd, ChannelAnswer>;

export interface ConversationEnd {
  readonly outcome: Outcome;
  /** From now on, where it was sent; undefined: nothing changes, null: nothing more is known. */
  readonly remember?: MessageMemory | null;
  /** Sent after the message can't be told twice any more; when it fails, only it is missing. */
  readonly afterwards?: () => Generator<ChannelRequest, Outcome, ChannelAnswer>;
}

/** The conversation of a channel that has none of its own. */
export function* converseBy<Settings>(
  channel: Channel<Settings>,
  notification: Notification,
  settings: Settings,
  { now }: Extras,
): Conversation {
  for (const request of channel.build(notification, settings)) {
    const outcome = channel.judge(yield request, now());
    if (outcome.kind !== "sent") return { outcome };
  }
  return { outcome: { kind: "sent" } };
}

export function postJson(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): ChannelRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

/** Longer waits are a mistake of someone's clock. */
const MOST_WAIT_MILLIS = 3_600_000;
const MOST_SHOWN = 300;

/** 2xx is sent; 429, 408 and 5xx are tried again; everything else is refused for good. */
export function judgeByStatus(answer: ChannelAnswer, now: number): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "sent" };
  const said = answer.body.trim().slice(0, MOST_SHOWN);
  const message = `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  if (status !== 429 && status !== 408 && status < 500) return { kind: "permanent", message };
  return { kind: "retry", afterMillis: retryAfterMillis(answer, now), message };
}

/** Of `Retry-After`, seconds or a date. */
export function retryAfterMillis({ headers }: ChannelAnswer, now: number): number | undefined {
  const text = headers["retry-after"]?.trim();
  if (!text) return undefined;
  return boundedWait(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now);
}

export function boundedWait(millis: number): number | undefined {
  return Number.isFinite(millis) ? Math.min(Math.max(Math.ceil(millis), 0), MOST_WAIT_MILLIS) : undefined;
}

/** A member of a JSON body by its path; undefined when the body is none or has none. */
export function jsonMember(body: string, ...path: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const key of path)
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  return value;
}
