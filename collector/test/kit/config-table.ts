/** A schema -> the table of its keys as the READMEs have it, so that no README says anything the code doesn't. */
import type { Field, FieldDoc } from "../../src/component/config-schema.ts";

export const TABLE_HEAD = "| key | type | default | meaning |";

/** Markdown lines; keys of keys are written with dots, keys in lists with []. "" when there are no keys. */
export function configTable(field: Field<unknown>): string {
  const rows = rowsOf(field.doc, "", new Map());
  if (rows.length === 0) return "";
  return [TABLE_HEAD, "|---|---|---|---|", ...rows].join("\n");
}

/** @param seen groups of keys that are in the table already, by their path: they are not written out again */
function rowsOf(doc: FieldDoc, prefix: string, seen: Map<unknown, string>): string[] {
  const rows: string[] = [];
  for (const [key, { doc: inner }] of Object.entries(doc.fields ?? {})) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const members = inner.fields ?? inner.item?.doc.fields;
    const known = seen.get(members);
    const same = known === undefined ? undefined : `${inner.text ? `${inner.text}; ` : ""}keys as under \`${known}\``;
    if (!inner.fields || same)
      rows.push(`| \`${path}\` | ${inner.type} | ${defaultOf(inner)} | ${cell(same ?? inner.text)} |`);
    if (!members || same) continue;
    const within = inner.fields ? path : `${path}[]`;
    seen.set(members, within);
    rows.push(...rowsOf({ ...inner, fields: members }, within, seen));
  }
  return rows;
}

function defaultOf({ default: value, type, required }: FieldDoc): string {
  if (required) return "required";
  if (type === "ignored" || type === "refused" || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `\`[${value.join(", ")}]\``;
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/ \|\| /g, " ");
}
