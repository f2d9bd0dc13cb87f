/** A rule file that somebody else has changed meanwhile: both texts against each other, and which of them is to stay. */
import { html, nothing, type TemplateResult } from "lit";
import { diffLines, nearDifferences } from "../model/line-diff.ts";
import { icon } from "../widgets/icons.ts";
import type { RuleSession } from "./rule-session.ts";

const AROUND = 2;
const SIGNS = { same: " ", left: "−", right: "+" };

export function renderConflict(session: RuleSession): TemplateResult {
  const { conflict, text } = session;
  if (!conflict) return html``;
  const isGone = conflict.text === undefined;
  const lines = isGone ? [] : nearDifferences(diffLines(conflict.text ?? "", text), AROUND);
  return html`<section class="panel conflict" role="alert" aria-label="Somebody else changed it">
    <p>
      ${icon("warning")}
      <b>${isGone ? "Somebody has deleted this file meanwhile." : "Somebody has changed this file meanwhile."}</b>
      Nothing of either is lost until you choose.
      <span class="tools">
        <button class="button" @click=${() => session.discard()}>${isGone ? "Start anew" : "Take theirs"}</button>
        <button class="button primary" @click=${() => session.keepMine()}>
          ${isGone ? "Keep mine" : "Keep mine over theirs"}
        </button>
      </span>
    </p>
    ${
      isGone
        ? nothing
        : html`<div class="diff mono" tabindex="0" role="group" aria-label="Theirs (−) and yours (+)">
            ${lines.map((line) => (line ? html`<div class=${line.kind}>${SIGNS[line.kind]} ${line.text}</div>` : html`<div class="dim">…</div>`))}
          </div>`
    }
  </section>`;
}
