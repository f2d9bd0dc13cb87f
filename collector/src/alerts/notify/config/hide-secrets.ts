/**
 * The text of an Alertmanager configuration with every secret hidden, to be shown to people. It hides by the names of keys, and rather
 * too much: what is a secret under one receiver is hidden under all. A text that cannot be read is not shown at all.
 */
import { isCollection, isPair, isScalar, parseDocument, visit } from "yaml";
import { GLOBAL_SHAPE } from "./global-shape.ts";
import { RECEIVER_SHAPES } from "./receiver-shapes.ts";
import { HIDDEN } from "./secret.ts";
import type { Shape } from "./shape.ts";

/** Below them stand headers, which often hold tokens. */
const HEADERS = ["http_headers", "proxy_connect_header"];

export function hideSecrets(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return "";
  const secrets = new Set([...secretKeys(GLOBAL_SHAPE), ...Object.values(RECEIVER_SHAPES).flatMap(secretKeys)]);
  visit(document, {
    Scalar(key, node, path) {
      if (key === "key") return;
      const names = path.flatMap((each) => (isPair(each) && isScalar(each.key) ? [String(each.key.value)] : []));
      const isSecret = secrets.has(names.at(-1) ?? "") || names.some((name) => HEADERS.includes(name));
      if (isSecret && node.value !== null) node.value = HIDDEN;
    },
  });
  // An anchor's value could be shown where it is named; and comments are nobody's business.
  visit(document, {
    Node(_, node) {
      node.comment = node.commentBefore = undefined;
      if (isScalar(node) && node.value === HIDDEN) node.source = undefined;
      if (isCollection(node)) node.spaceBefore = false;
    },
  });
  document.comment = document.commentBefore = null;
  return document.toString();
}

function secretKeys(shape: Shape): string[] {
  return Object.entries(shape).flatMap(([key, kind]) => {
    if (kind === "secret" || kind === "secret_url") return [key];
    if (Array.isArray(kind)) return secretKeys((kind as readonly [Shape])[0]);
    return typeof kind === "object" ? secretKeys(kind as Shape) : [];
  });
}
