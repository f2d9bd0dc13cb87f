/** A board panel's conditions on logs -> a query. In: service, least severity, words, attributes as key=value or as JSON; out: text. Pure. */
import { addCondition, attributeName, formatFilter, quoteValue } from "./log-query-edit.ts";
import { severityLevel } from "./severity.ts";

export interface LogPanelConditions {
  readonly service?: string;
  /** A number or a level's name. */
  readonly severity?: number | string;
  readonly text?: string;
  readonly attribute?: string;
}

export function logPanelQuery({ service, severity, text, attribute }: LogPanelConditions): string {
  const number = Number(severity ?? 0);
  const level = Number.isNaN(number) ? String(severity) : number > 0 ? severityLevel(number).name : "";
  const words = (text ?? "").split(/\s+/).filter((word) => word !== "");
  return [
    ...(service ? [formatFilter("service", service)] : []),
    ...(level ? [`level>=${quoteValue(level)}`] : []),
    ...words.map((word) => `"${word.replace(/["\\]/g, "\\$&")}"`),
    ...pairsOf(attribute ?? "").map(([key, value]) => formatFilter(attributeName(key), value)),
  ].reduce((query, condition) => addCondition(query, condition), "");
}

function pairsOf(text: string): [key: string, value: string][] {
  if (text === "") return [];
  if (text.startsWith("{")) {
    try {
      return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([key, value]) => [key, String(value)]);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  const at = text.indexOf("=");
  return at > 0 ? [[text.slice(0, at), text.slice(at + 1)]] : [];
}
