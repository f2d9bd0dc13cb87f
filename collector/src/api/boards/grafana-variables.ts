/** Grafana's template variables as a board has them; what cannot be asked for here keeps the values it had. */
import type { WireBoardVariable } from "../contract.ts";
import { arrayOf, recordOf, textOf, type Json } from "./grafana-json.ts";

type Tell = (path: string, what: string) => void;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,49}$/;
const ALL = "$__all";

export function variablesOf(list: readonly unknown[], tell: Tell): WireBoardVariable[] {
  const names = new Set<string>();
  return list.slice(0, 30).flatMap((value, i) => {
    const variable = recordOf(value);
    const path = `/templating/list/${i}`;
    const name = textOf(variable.name);
    if (!NAME.test(name) || names.has(name)) {
      tell(`${path}/name`, `a variable called ${JSON.stringify(name)}`);
      return [];
    }
    const found = variableOf(variable, name, path, tell);
    if (found) names.add(name);
    return found ? [found] : [];
  });
}

function variableOf(variable: Json, name: string, path: string, tell: Tell): WireBoardVariable | undefined {
  const type = textOf(variable.type);
  const title = textOf(variable.label).slice(0, 200);
  const current = currentOf(variable);
  const base = { name, ...(title === "" ? {} : { title }), ...(current.length === 0 ? {} : { current }) };
  const choice = {
    ...(variable.multi === true ? { multi: true } : {}),
    ...(variable.includeAll === true ? { all: true } : {}),
  };
  const text = textOf(variable.query) || textOf(recordOf(variable.query).query) || textOf(variable.definition);
  switch (type) {
    case "query": {
      if (textOf(variable.regex) !== "") tell(`${path}/regex`, "a regex on the values of a variable");
      const found = /^\s*label_values\(\s*(?:([\s\S]+),\s*)?([^,(){}]+?)\s*\)\s*$/.exec(text);
      if (found) {
        const selector = found[1]?.trim();
        const label = found[2].replace(/^"(.*)"$/, "$1");
        return {
          ...base,
          type: "label_values",
          label,
          ...(selector ? { selector: selector.slice(0, 2000) } : {}),
          ...choice,
        };
      }
      tell(`${path}/query`, `the query of a variable: ${text.slice(0, 200)}`);
      const values = valuesOf(variable);
      return values.length === 0 ? undefined : { ...base, type: "custom", values, ...choice };
    }
    case "custom":
    case "interval": {
      const options = splitValues(text).filter((value) => value !== "auto");
      const values = options.length > 0 ? options : valuesOf(variable);
      return values.length === 0 ? undefined : { ...base, type: "custom", values: values.slice(0, 500), ...choice };
    }
    case "constant":
    case "textbox":
      return {
        name,
        ...(title === "" ? {} : { title }),
        type: "constant",
        value: (text || [current].flat()[0] || "").slice(0, 1000),
      };
    // Data comes from here: there is nothing to choose.
    case "datasource":
      return undefined;
    default:
      tell(`${path}/type`, `variables of type ${type || "unknown"}`);
      return undefined;
  }
}

function currentOf(variable: Json): string | string[] {
  const { value } = recordOf(variable.current);
  const values = (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== "" && text !== ALL);
  return Array.isArray(value) ? values.slice(0, 100) : (values[0] ?? []);
}

/** What the file remembers of a variable's values. */
function valuesOf(variable: Json): string[] {
  const options = arrayOf(variable.options).map((option) => textOf(recordOf(option).value));
  const known = options.filter((value) => value !== "" && value !== ALL);
  return [...new Set(known.length > 0 ? known : [currentOf(variable)].flat())].slice(0, 500);
}

/** "a, b\,c, text : value" is a list of values. */
function splitValues(text: string): string[] {
  return text
    .split(/(?<!\\),/)
    .map((part) => part.replaceAll("\\,", ",").trim())
    .map((part) => part.replace(/^.* : /, ""))
    .filter((part) => part !== "");
}
