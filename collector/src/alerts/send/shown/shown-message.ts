/** A message as people see it in their channel, without the vendor's markup: plain data, to be drawn by whoever shows a preview. */

/** A piece of text of one look. The text is foreign: it is never markup. */
export interface TextRun {
  readonly text: string;
  readonly isBold?: boolean;
  readonly isCode?: boolean;
  /** http or https. */
  readonly href?: string;
}

export type ShownBlock =
  | { readonly kind: "heading" | "text"; readonly runs: readonly TextRun[] }
  | { readonly kind: "fields"; readonly fields: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: "links"; readonly runs: readonly TextRun[] }
  /** What only programs read. */
  | { readonly kind: "code"; readonly runs: readonly TextRun[] }
  | { readonly kind: "picture" };

/** From top to bottom. */
export interface ShownMessage {
  readonly blocks: readonly ShownBlock[];
}

export function plain(text: string): readonly TextRun[] {
  return text === "" ? [] : [{ text }];
}

/** Nothing but web pages is linked to. */
export function webAddress(url: unknown): string | undefined {
  return typeof url === "string" && /^https?:\/\//i.test(url) ? url : undefined;
}
