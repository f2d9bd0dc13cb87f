/**
 * One integration of the configuration that counts, with all that a message to it needs: its HTTP client, its templates, its secrets.
 * A new configuration makes new ones; what waits is its worker's.
 */
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { StoreLog } from "../../store/store.ts";
import type { Extras } from "../channels/channel.ts";
import { enrichAlert } from "../channels/create-notification.ts";
import type { Notification } from "../channels/notification.ts";
import type { Integration } from "../notify/config/receiver-config.ts";
import { findPicture, SAMPLE_PICTURE } from "./find-picture.ts";
import { HttpClient } from "./http/http-client.ts";
import type { HttpConfig } from "./http/http-config.ts";
import { hiddenSecret, previewMessage } from "./preview-message.ts";
import { Redactor } from "./redactor.ts";
import { notificationOf, sampleNotification } from "./sample-notification.ts";
import type { SecretTools } from "./secret-tools.ts";
import { sendAfterwards, sendMessage, type Attempt, type MessageTools } from "./send-message.ts";
import type { PictureOf, Preview, PreviewRequest, TestOutcome } from "./sending.ts";
import { targetOf } from "./target-of.ts";
import type { TemplateSet } from "./templates/template-set.ts";

export interface LineParts {
  readonly templates: TemplateSet;
  /** Paths of the configuration are relative to it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly externalUrl: string;
  readonly version: string;
  /** For an answer, where the integration names no other. */
  readonly timeoutMillis: number;
  readonly pictureOf: PictureOf;
  readonly log: StoreLog;
  readonly onTemplateError: (kind: string, receiver: string) => void;
}

const MOST_FILE_BYTES = 1024 * 1024;

export class ChannelLine {
  readonly id: string;
  readonly receiver: string;
  readonly integration: Integration;
  /** Where it goes, without secrets. */
  readonly target: string;
  readonly #parts: LineParts;
  readonly #redactor = new Redactor();
  readonly #client: HttpClient;

  constructor(id: string, receiver: string, integration: Integration, parts: LineParts) {
    this.id = id;
    this.receiver = receiver;
    this.integration = integration;
    this.#parts = parts;
    const { environment, version } = parts;
    const tools = this.#secretTools(this.#redactor);
    const config = (integration.config as { http_config?: HttpConfig }).http_config;
    this.#client = new HttpClient({ config, tools, environment, userAgent: `Goldspan/${version}` });
    this.target = targetOf(integration, tools.reveal);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  attempt(notification: Notification, extras: Extras): Attempt {
    const { integration } = this;
    const tools = this.#tools(notification, extras.now(), this.#redactor);
    // 0 means that nobody gave one.
    const own = (integration.config as { timeout?: number }).timeout;
    const timeoutMillis = own || this.#parts.timeoutMillis;
    return { integration, notification, tools, client: this.#client, redactor: this.#redactor, extras, timeoutMillis };
  }

  /** Sends a made-up message. */
  async test(now: number): Promise<TestOutcome> {
    const notification = sampleNotification(this.receiver, this.#parts.externalUrl, now);
    const begin = performance.now();
    const attempt = this.attempt(notification, { picture: SAMPLE_PICTURE, now: () => now });
    const end = await sendMessage(attempt);
    const after = end.outcome.kind === "sent" ? await sendAfterwards(end, attempt) : end.outcome;
    const durationMillis = Math.round(performance.now() - begin);
    if (end.outcome.kind !== "sent") return { outcome: "failed", message: end.outcome.message, durationMillis };
    const message = after.kind === "sent" ? "" : `The message was sent, its picture was not: ${after.message}`;
    return { outcome: "sent", message, durationMillis };
  }

  async preview({ alerts = [], isResolved }: PreviewRequest, now: number): Promise<Preview> {
    const { externalUrl, pictureOf, log } = this.#parts;
    const [first] = alerts;
    const notification =
      first === undefined
        ? sampleNotification(this.receiver, externalUrl, now, isResolved)
        : notificationOf(this.receiver, "{}:{}", externalUrl, alerts.map(enrichAlert), {
            alertname: first.labels.alertname ?? "Alert",
          });
    const real = this.#tools(notification, now, new Redactor());
    const tools: MessageTools = {
      ...real,
      reveal: (secret) => {
        try {
          return hiddenSecret(real.reveal(secret));
        } catch {
          return hiddenSecret("");
        }
      },
      readFile: () => hiddenSecret(""),
    };
    const picture = first === undefined ? SAMPLE_PICTURE : await findPicture(notification, pictureOf, log);
    return previewMessage(this.integration, notification, tools, { picture, now: () => now });
  }

  #tools(notification: Notification, now: number, redactor: Redactor): MessageTools {
    const { templates, onTemplateError, log } = this.#parts;
    const { receiver, integration } = this;
    const render = (isHtml: boolean) => (text: string) => {
      try {
        return templates.render(text, notification, now, isHtml);
      } catch (error) {
        const { kind } = integration;
        onTemplateError(kind, receiver);
        log.warn("a template failed; the channel's own words are sent", { receiver, kind, error: messageOf(error) });
        return undefined;
      }
    };
    return {
      ...this.#secretTools(redactor),
      render: render(false),
      renderHtml: render(true),
      ownTemplate: (name) => templates.ownTemplate(name),
    };
  }

  #secretTools(redactor: Redactor): SecretTools {
    const { folder, environment } = this.#parts;
    const readFile = (path: string) => {
      const full = isAbsolute(path) ? path : join(folder, path);
      if (statSync(full).size > MOST_FILE_BYTES) throw new Error(`cannot read ${path}: it is larger than 1 MiB`);
      return readFileSync(full, "utf8");
    };
    return { readFile, reveal: (secret) => redactor.note(secret.reveal({ readFile, environment })) };
  }
}
