/**
 * One attempt: an integration and a notification -> what came of it. Holds the channel's conversation over HTTP, or hands the mail to its
 * server. Whatever goes wrong on the way (no answer, a file that cannot be read) is a reason to try again.
 */
import { messageOf } from "../../base/errors.ts";
import type { ConversationEnd, Extras, Outcome } from "../channels/channel.ts";
import { converse, mailOf } from "../channels/configured-channel.ts";
import type { ChannelTools } from "../channels/integration-fields.ts";
import type { Notification } from "../channels/notification.ts";
import type { Integration } from "../notify/config/receiver-config.ts";
import type { HttpClient } from "./http/http-client.ts";
import type { Redactor } from "./redactor.ts";
import { sendMail } from "./smtp/send-mail.ts";
import type { SecretTools } from "./secret-tools.ts";

export interface MessageTools extends ChannelTools, SecretTools {}

export interface Attempt {
  readonly integration: Integration;
  readonly notification: Notification;
  readonly tools: MessageTools;
  readonly client: HttpClient;
  readonly redactor: Redactor;
  readonly extras: Extras;
  readonly timeoutMillis: number;
}

/** More requests than this are no conversation any more. */
const MOST_REQUESTS = 10;

/** Throws nothing; no message holds a secret. */
export async function sendMessage(attempt: Attempt): Promise<ConversationEnd> {
  const { redactor } = attempt;
  try {
    const end =
      attempt.integration.kind === "email"
        ? await mail(attempt)
        : await hold(converse(attempt.integration, attempt.notification, attempt.tools, attempt.extras), attempt);
    return { ...end, outcome: redact(end.outcome, redactor) };
  } catch (error) {
    return { outcome: { kind: "retry", afterMillis: undefined, message: redactor.hide(describeFailure(error)) } };
  }
}

/** What may follow a message that was sent. Throws nothing. */
export async function sendAfterwards(end: ConversationEnd, attempt: Attempt): Promise<Outcome> {
  if (!end.afterwards) return { kind: "sent" };
  try {
    return redact(await hold(end.afterwards(), attempt), attempt.redactor);
  } catch (error) {
    return { kind: "permanent", message: attempt.redactor.hide(describeFailure(error)) };
  }
}

async function hold<End>(
  conversation: Generator<Parameters<HttpClient["send"]>[0], End, Awaited<ReturnType<HttpClient["send"]>>>,
  { client, timeoutMillis }: Attempt,
): Promise<End> {
  let step = conversation.next();
  for (let requests = 0; !step.done; requests++) {
    if (requests >= MOST_REQUESTS) throw new Error(`more than ${MOST_REQUESTS} requests for one message`);
    step = conversation.next(await client.send(step.value, timeoutMillis));
  }
  return step.value;
}

async function mail({ integration, notification, tools, extras, timeoutMillis }: Attempt): Promise<ConversationEnd> {
  const { message, server } = mailOf(integration, notification, tools, extras);
  return { outcome: await sendMail(message, server, tools, timeoutMillis) };
}

function redact(outcome: Outcome, redactor: Redactor): Outcome {
  return outcome.kind === "sent" ? outcome : { ...outcome, message: redactor.hide(outcome.message) };
}

/** With what lies below: "fetch failed" alone tells nobody anything. */
function describeFailure(error: unknown): string {
  const { code } = error as { code?: string };
  const cause = (error as { cause?: unknown } | null)?.cause;
  const message = messageOf(error) || (code ?? "unknown error");
  const causes = error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : "";
  return [message, causes, cause === undefined ? "" : messageOf(cause)].filter(Boolean).join(": ");
}
