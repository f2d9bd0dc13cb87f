/**
 * The templates of notifications: the default ones, those of the user's files, and the texts of the configuration that use them. A run
 * sees the notification and Alertmanager's functions, nothing else: no code, no file, no address.
 */
import { globSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import { escapeHtml } from "../../channels/markup.ts";
import type { Notification } from "../../channels/notification.ts";
import { alertmanagerFunctions, notificationData } from "../../template/alertmanager-functions.ts";
import type { TemplateFunctions } from "../../template/functions.ts";
import { parseTemplate } from "../../template/parse-template.ts";
import { runTemplate } from "../../template/run-template.ts";
import type { Template, Templates } from "../../template/tree.ts";
import { Structure, textOf, type Value } from "../../template/value.ts";
import { DEFAULT_TEMPLATES } from "./default-templates.ts";

const MOST_FILES = 200;
const MOST_FILE_BYTES = 1024 * 1024;
const MOST_PARSED = 2000;
/** For their names: parsing calls none. */
const NAMES = functionsOf(0, false);

export class TemplateSet {
  readonly #templates: Templates;
  /** Name in lower case -> name, of the user's own. */
  readonly #own: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, Templates>();

  constructor(own: Templates) {
    this.#templates = new Map([...parseTemplate(DEFAULT_TEMPLATES, { name: "default", functions: NAMES }), ...own]);
    this.#own = new Map([...own.keys()].map((name) => [name.toLowerCase(), name]));
  }

  /** @throws Error that names the file and the line */
  static load(patterns: readonly string[], folder: string): TemplateSet {
    const templates = new Map<string, Template>();
    for (const path of filesOf(patterns, folder)) {
      const name = path.replace(/^.*[\\/]/, "");
      try {
        if (statSync(path).size > MOST_FILE_BYTES) throw new Error("it is larger than 1 MiB");
        for (const [key, template] of parseTemplate(readFileSync(path, "utf8"), { name, functions: NAMES }))
          templates.set(key, template);
      } catch (error) {
        throw new Error(`cannot load the template file ${path}: ${messageOf(error)}`, { cause: error });
      }
    }
    return new TemplateSet(templates);
  }

  /** The user's own template of a name in lower case. */
  ownTemplate(lowerName: string): string | undefined {
    return this.#own.get(lowerName);
  }

  /** What is wrong with a text, where a run of it would fail before it began; undefined: nothing. */
  check(text: string): string | undefined {
    try {
      this.#parse(text);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** @throws TemplateError */
  render(text: string, notification: Notification, now: number, isHtml = false): string {
    if (!text.includes("{{")) return text;
    const templates = this.#parse(text);
    return runTemplate(templates, "", notificationData(notification), {
      functions: functionsOf(now, isHtml),
      ...(isHtml && { escape: escapeValue }),
    });
  }

  #parse(text: string): Templates {
    const known = this.#parsed.get(text);
    if (known) return known;
    const parsed = new Map([...this.#templates, ...parseTemplate(text, { name: "", functions: NAMES })]);
    if (this.#parsed.size >= MOST_PARSED) this.#parsed.clear();
    this.#parsed.set(text, parsed);
    return parsed;
  }
}

function filesOf(patterns: readonly string[], folder: string): string[] {
  const paths = patterns.flatMap((pattern) => {
    const isGlob = /[*?[{]/.test(pattern);
    const found = isGlob ? globSync(pattern, { cwd: folder }).sort() : [pattern];
    return found.map((path) => (isAbsolute(path) ? path : join(folder, path)));
  });
  const unique = [...new Set(paths)].filter((path) => !statSync(path, { throwIfNoEntry: false })?.isDirectory());
  if (unique.length > MOST_FILES) throw new Error(`cannot load ${unique.length} template files; ${MOST_FILES} at most`);
  return unique;
}

/** In HTML what is declared safe stays as it is. */
function functionsOf(now: number, isHtml: boolean): TemplateFunctions {
  const functions = alertmanagerFunctions(now);
  if (!isHtml) return functions;
  const safe = { least: 1, run: (value: Value) => new Structure(SAFE, {}, {}, textOf(value)) };
  return { ...functions, safeHtml: safe, safeUrl: safe };
}

const SAFE = "template.HTML";

function escapeValue(printed: string, value: Value): string {
  return value instanceof Structure && value.typeName === SAFE ? printed : escapeHtml(printed);
}
