/** What the gallery shows: a thing and its states, each drawn anew for each theme. */
import type { TemplateResult } from "lit";

export interface Exhibit {
  /** The element's tag, or what it is. */
  readonly title: string;
  readonly states: Readonly<Record<string, () => TemplateResult>>;
}
