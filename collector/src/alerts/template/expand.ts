/**
 * Expands one text that may be a template. Templates run synchronously; where one calls `query`, the run is left, the query is run, and
 * the template starts again with its answer at hand. So many queries a text, so that a template cannot ask without end.
 */
import { messageOf } from "../../base/errors.ts";
import type { VectorSample } from "../../query/metrics/result.ts";
import { recordOf } from "../../model/labels.ts";
import { parseTemplate } from "./parse-template.ts";
import { prometheusFunctions, templateSample } from "./prometheus-functions.ts";
import { runTemplate, Suspension } from "./run-template.ts";
import type { Template } from "./tree.ts";
import { TemplateFault, type List, type Value } from "./value.ts";

export interface ExpandSettings {
  /** What messages call the template. */
  readonly name: string;
  readonly data: Value;
  /** With their $. */
  readonly variables?: Readonly<Record<string, Value>>;
  readonly externalUrl: string;
  /** Unix milliseconds. */
  readonly nowMillis: number;
  /** Answers of queries are asked once a text: share the map to ask once for several. */
  readonly query: (text: string) => Promise<readonly VectorSample[]>;
}

const MOST_QUERIES = 20;
const MOST_PARSED = 5000;
/** For their names: parsing calls none. */
const NAMES = prometheusFunctions({ externalUrl: "", nowMillis: 0, query: () => [] });

class QueryWanted extends Suspension {
  readonly text: string;

  constructor(text: string) {
    super("a query is wanted");
    this.text = text;
  }
}

const parsed = new Map<string, Map<string, Template>>();

/** As an alert's labels and annotations are: checks only. @throws TemplateError */
export function parseAlertTemplate(text: string, name: string, variables: readonly string[]): Map<string, Template> {
  const key = JSON.stringify([name, text, variables]);
  const known = parsed.get(key);
  if (known) return known;
  const templates = parseTemplate(text, { name, functions: NAMES, variables });
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(key, templates);
  return templates;
}

/** @throws TemplateError */
export async function expandTemplate(text: string, settings: ExpandSettings): Promise<string> {
  // Most texts are none.
  if (!text.includes("{{")) return text;
  const { name, data, variables = {}, externalUrl, nowMillis, query } = settings;
  const templates = parseAlertTemplate(text, name, Object.keys(variables));
  const answers = new Map<string, List | Error>();
  const functions = prometheusFunctions({
    externalUrl,
    nowMillis,
    query: (wanted) => {
      const answer = answers.get(wanted);
      if (answer instanceof Error) throw new TemplateFault(messageOf(answer));
      if (answer) return answer;
      if (answers.size >= MOST_QUERIES) throw new TemplateFault(`more than ${MOST_QUERIES} queries in a template`);
      throw new QueryWanted(wanted);
    },
  });
  for (;;) {
    try {
      return runTemplate(templates, name, data, { functions, variables });
    } catch (error) {
      if (!(error instanceof QueryWanted)) throw error;
      answers.set(error.text, await ask(error.text, query));
    }
  }
}

async function ask(text: string, query: ExpandSettings["query"]): Promise<List | Error> {
  try {
    return (await query(text)).map(({ labels, value }) => templateSample(recordOf(labels), value));
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}
