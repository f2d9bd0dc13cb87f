/** Alertmanager's file on disk: read when it or one of its templates changes, and what is wrong with it. Without a file nobody is told. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { loadNotifyConfig, NotifyConfigError, type NotifyConfig } from "../notify/config/load-config.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import { findFiles } from "./found-files.ts";

/** One receiver without integrations takes everything. */
const NOBODY = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

export function nobodyIsTold(): NotifyConfig {
  return loadNotifyConfig(NOBODY, { file: "", environment: {} });
}

export type NotificationLoad =
  | { readonly kind: "loaded"; readonly config: NotifyConfig; readonly text: string }
  | { readonly kind: "broken"; readonly issues: readonly YamlIssue[]; readonly text: string };

export class NotificationFile {
  /** As configured. */
  readonly path: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #templates: readonly string[] = [];
  #stamp: string | undefined;

  constructor(path: string, environment: Readonly<Record<string, string | undefined>>) {
    this.path = path;
    this.#environment = environment;
  }

  get folder(): string {
    return dirname(resolve(this.path));
  }

  /** Undefined: nothing has changed since the last call. */
  async scan(): Promise<NotificationLoad | undefined> {
    const stamp = await this.#look();
    if (stamp === this.#stamp) return undefined;
    const load = await this.#load();
    if (load.kind === "loaded") this.#templates = load.config.templates;
    // Before the file was read nobody knew its templates.
    this.#stamp = await this.#look();
    return load;
  }

  async #look(): Promise<string> {
    const files = await findFiles([resolve(this.path), ...this.#templates], this.folder);
    return JSON.stringify([...files]);
  }

  async #load(): Promise<NotificationLoad> {
    let text = "";
    try {
      text = await readFile(this.path, "utf8");
      return {
        kind: "loaded",
        config: loadNotifyConfig(text, { file: this.path, environment: this.#environment }),
        text,
      };
    } catch (error) {
      const issues =
        error instanceof NotifyConfigError
          ? error.issues
          : [{ at: undefined, message: `cannot read ${this.path}: ${messageOf(error)}` }];
      return { kind: "broken", issues, text };
    }
  }
}
