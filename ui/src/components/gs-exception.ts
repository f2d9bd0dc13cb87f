/** An exception: type, message, and the stack with one's own frames standing out. In: an event's attributes; out: text. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireKeyValue } from "goldspan/contract";
import { showHarmless } from "../base/harmless-text.ts";
import { findAttribute } from "../model/any-value.ts";
import { countOwnFrames, parseStackTrace, type StackLine } from "../model/stack-trace.ts";
import "../widgets/gs-copy.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

/** Stacks up to this many lines are shown whole. */
const SHORT = 12;

@customElement("gs-exception")
export class GsException extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        border-left: var(--focus-width) solid var(--error);
        padding-left: var(--space-4);
        font-size: var(--text-small);
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: var(--space-3);
      }
      .type {
        color: var(--error);
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }
      .message {
        overflow-wrap: anywhere;
      }
      pre {
        margin-top: var(--space-3);
        font-family: var(--mono);
        line-height: 1.55;
        overflow-x: auto;
      }
      pre span {
        display: block;
      }
      .frame,
      .message {
        color: var(--text-1);
      }
      .library {
        color: var(--text-3);
      }
      .cause {
        color: var(--error);
      }
      .more {
        margin-top: var(--space-2);
        color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) pairs: readonly WireKeyValue[] = [];
  @state() private whole = false;

  override render(): TemplateResult {
    const type = findAttribute(this.pairs, "exception.type") ?? "exception";
    const message = findAttribute(this.pairs, "exception.message") ?? "";
    const stack = findAttribute(this.pairs, "exception.stacktrace") ?? "";
    const lines = withoutHead(parseStackTrace(stack), message);
    const shown =
      this.whole || lines.length <= SHORT ? lines : lines.filter((line) => line.kind !== "library").slice(0, SHORT);
    const plain = countOwnFrames(lines) === 0;
    return html`<div class="head">
        <span class="type">${showHarmless(type)}</span>
        ${stack ? html`<gs-copy .value=${stack} what="stack trace"></gs-copy>` : nothing}
      </div>
      <p class="message">${showHarmless(message)}</p>
      ${
        shown.length > 0
          ? html`<pre tabindex="0">
${shown.map((line) => html`<span class=${plain && line.kind === "library" ? "frame" : line.kind}>${showHarmless(line.text)}</span>`)}</pre>`
          : nothing
      }
      ${
        shown.length < lines.length
          ? html`<button class="more" @click=${() => (this.whole = true)}>Show all ${lines.length} lines</button>`
          : nothing
      }`;
  }
}

/** The first lines of most stacks repeat type and message. */
function withoutHead(lines: readonly StackLine[], message: string): StackLine[] {
  const [first] = lines;
  const repeats = first?.kind === "message" && (message === "" || first.text.includes(message.split("\n")[0]));
  return withoutIndent((repeats ? lines.slice(1) : lines).filter((line) => line.text.trim() !== ""));
}

/** Without the indentation that all lines share. */
function withoutIndent(lines: readonly StackLine[]): StackLine[] {
  const indent = Math.min(...lines.map(({ text }) => text.search(/\S/)));
  return lines.map((line) => ({ ...line, text: line.text.slice(indent) }));
}
