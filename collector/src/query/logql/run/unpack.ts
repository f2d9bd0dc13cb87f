/** The unpack stage: a JSON object of texts, as Promtail's pack stage writes it; its _entry is the line. */
import { labelNameOf } from "../label-names.ts";
import type { Entry } from "./entry.ts";
import { readObject } from "./parse-json.ts";

export function unpack(entry: Entry): boolean {
  const object = readObject(entry);
  for (const [key, value] of Object.entries(object ?? {})) {
    if (typeof value !== "string") continue;
    if (key === "_entry") entry.line = value;
    else entry.extract(labelNameOf(key), value);
  }
  return true;
}
