/**
 * Attributes sorted by what they are about (HTTP, database, messaging, …), so that twenty of them can be taken in at a glance. In:
 * OTLP attributes; out: groups in a fixed order, keys in alphabetical order, all values as text. Knows the prefixes of OpenTelemetry's semantic
 * conventions, https://opentelemetry.io/docs/specs/semconv/.
 */
import type { WireKeyValue } from "goldspan/contract";
import { decodeJsonText, formatAnyValue, toPlainJson, type PlainJson } from "./any-value.ts";
import { isSqlText } from "./sql-format.ts";

export interface AttributeView {
  readonly key: string;
  /** The whole value. */
  readonly text: string;
  /** How it is best shown: on one line, as an indented statement, or as a foldable tree. */
  readonly form: "line" | "block" | "sql" | "json";
  readonly json?: PlainJson;
}

export interface AttributeGroup {
  readonly title: string;
  readonly attributes: readonly AttributeView[];
}

const GROUPS: readonly (readonly [title: string, prefixes: RegExp])[] = [
  ["Error", /^(error|exception|otel\.status)\b/],
  ["HTTP", /^(http|url|user_agent)\b/],
  ["RPC", /^(rpc|grpc|aws\.|dns)\b/],
  ["Database", /^(db|sql)\b/],
  ["Messaging", /^messaging\b/],
  ["GenAI", /^(gen_ai|llm)\b/],
  ["Network", /^(server|client|network|net|peer|tls)\b/],
  ["User", /^(user|enduser|session)\b/],
  ["Code", /^(code|thread)\b/],
  ["Service", /^(service|deployment)\b/],
  ["Host & container", /^(host|os|process|container|k8s|cloud|faas|device)\b/],
  ["SDK", /^(telemetry|otel|webengine)\b/],
];

const OTHER = "Other";
const ERROR_FIRST = 0;
const BLOCK_FROM = 120;

export function groupAttributes(attributes: readonly WireKeyValue[] | undefined): AttributeGroup[] {
  const byTitle = Map.groupBy(attributes ?? [], (pair) => titleOf(pair.key));
  const ordered = [GROUPS[ERROR_FIRST][0], OTHER, ...GROUPS.slice(1).map(([title]) => title)];
  return ordered.flatMap((title) => {
    const pairs = byTitle.get(title);
    return pairs ? [{ title, attributes: pairs.map(viewAttribute).sort((a, b) => (a.key < b.key ? -1 : 1)) }] : [];
  });
}

/** Keeps the attributes whose key or value contains the text. */
export function filterGroups(groups: readonly AttributeGroup[], text: string): AttributeGroup[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...groups];
  return groups.flatMap((group) => {
    const attributes = group.attributes.filter(
      ({ key, text }) => key.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted),
    );
    return attributes.length > 0 ? [{ title: group.title, attributes }] : [];
  });
}

function viewAttribute(pair: WireKeyValue): AttributeView {
  const { key, value } = pair;
  const text = formatAnyValue(value);
  if (value?.arrayValue || value?.kvlistValue) return { key, text, form: "json", json: toPlainJson(value) };
  const json = decodeJsonText(text);
  if (json !== undefined) return { key, text, form: "json", json };
  if (isSqlText(key, text)) return { key, text, form: "sql" };
  return { key, text, form: text.length > BLOCK_FROM || text.includes("\n") ? "block" : "line" };
}

function titleOf(key: string): string {
  return GROUPS.find(([, prefixes]) => prefixes.test(key))?.[0] ?? OTHER;
}
