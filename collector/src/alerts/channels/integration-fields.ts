/**
 * The keys of one integration, read for a channel: templates rendered, secrets and files read, and which keys were asked for. Knows no
 * channel.
 */
import type { Secret } from "../notify/config/secret.ts";

export interface ChannelTools {
  /** A Go template over the notification -> text; undefined where it fails, which is told elsewhere: the channel uses its own words. */
  readonly render: (template: string) => string | undefined;
  /** The same where values are escaped for HTML. */
  readonly renderHtml: (template: string) => string | undefined;
  /** The name as it is written in the user's own template files, of a name in lower case; undefined: they define none. */
  readonly ownTemplate: (lowerName: string) => string | undefined;
  readonly reveal: (secret: Secret) => string;
  readonly readFile: (path: string) => string;
}

/** Reads keys of an integration and remembers which. */
export class IntegrationFields {
  readonly asked = new Set<string>();
  readonly #kind: string;
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #tools: ChannelTools;

  constructor(kind: string, config: Readonly<Record<string, unknown>>, tools: ChannelTools) {
    this.#kind = kind;
    this.#config = config;
    this.#tools = tools;
  }

  /** As it is. */
  value<T>(key: string): T | undefined {
    this.asked.add(key);
    return this.#config[key] as T | undefined;
  }

  /** A template, rendered. Absent: the one that the user's template files define under its usual name; undefined when there is none. */
  text(key: string): string | undefined {
    const template = this.value<string>(key) ?? this.#own(key);
    return template === undefined ? undefined : this.#tools.render(template);
  }

  html(key: string): string | undefined {
    const template = this.value<string>(key) ?? this.#own(key);
    return template === undefined ? undefined : this.#tools.renderHtml(template);
  }

  /** `slack.default.titlelink`; also titles follow `__subject`. */
  #own(key: string): string | undefined {
    const name =
      this.#tools.ownTemplate(`${this.#kind}.default.${key.replaceAll("_", "")}`) ??
      (key === "title" || key === "subject" ? this.#tools.ownTemplate("__subject") : undefined);
    return name === undefined ? undefined : `{{ template ${JSON.stringify(name)} . }}`;
  }

  /** Texts with commas between. */
  texts(key: string): string[] | undefined {
    return this.text(key)
      ?.split(",")
      .map((text) => text.trim())
      .filter(Boolean);
  }

  /** Every text in a value, rendered; undefined as well where one of them fails. */
  tree(key: string): unknown {
    return renderTree(this.value(key), this.#tools.render);
  }

  secret(key: string): string | undefined {
    const secret = this.value<Secret>(key);
    return secret === undefined ? undefined : this.#tools.reveal(secret);
  }

  /** A secret in which templates may stand. */
  templateSecret(key: string): string | undefined {
    const text = this.secret(key);
    return text?.includes("{{") ? this.#tools.render(text) : text;
  }

  file(key: string): string | undefined {
    const path = this.value<string>(key);
    return path === undefined ? undefined : this.#tools.readFile(path).trim();
  }
}

function renderTree(value: unknown, render: ChannelTools["render"]): unknown {
  if (typeof value === "string") return render(value);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([key, each]) => [key, renderTree(each, render), each] as const);
  if (inner.some(([, rendered, each]) => rendered === undefined && each !== undefined)) return undefined;
  if (Array.isArray(value)) return inner.map(([, rendered]) => rendered);
  return Object.fromEntries(inner.map(([key, rendered]) => [key, rendered]));
}
