/** What stands for a node of the map that is no service: people, a database, a queue, something outside. */
import type { TemplateResult } from "lit";
import type { WireMapNode } from "goldspan/contract";
import { icon } from "../widgets/icons.ts";

export function mapIcon(kind: WireMapNode["kind"]): TemplateResult {
  if (kind === "user") return icon("user");
  if (kind === "database") return icon("disk");
  return kind === "queue" ? icon("queue") : icon("link");
}
