/** The map of keys, as they are bound at the moment. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { followSignals } from "../controllers/follow-signals.ts";
import { keyGroups } from "../state/key-map.ts";
import "../widgets/gs-dialog.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const ARROWS: Readonly<Record<string, string>> = { up: "↑", down: "↓", left: "←", right: "→" };

@customElement("gs-key-help")
export class GsKeyHelp extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      .sheet {
        padding: var(--space-5) var(--space-6) var(--space-6);
        max-height: 70dvh;
        overflow: auto;
        columns: 2;
        column-gap: var(--space-7);
      }
      .sheet:focus-visible {
        outline: none;
      }
      section {
        break-inside: avoid;
        margin-bottom: var(--space-5);
      }
      h2 {
        color: var(--text-2);
        margin-bottom: var(--space-2);
      }
      dl div {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: var(--space-4);
        min-height: var(--row-compact);
      }
      dd {
        white-space: nowrap;
      }
      @media (max-width: 599.98px) {
        .sheet {
          columns: 1;
        }
      }
    `,
  ];

  constructor() {
    super();
    followSignals(this, keyGroups);
  }

  override render(): TemplateResult {
    return html`<gs-dialog open label="Keys">
      <div class="sheet" tabindex="0" autofocus>
        ${keyGroups.value.map(
          (group) =>
            html`<section>
              <h2>${group.title}</h2>
              <dl>
                ${Array.from(
                  Map.groupBy(group.bindings, ({ label }) => label),
                  ([label, bindings]) =>
                    html`<div>
                      <dt>${label}</dt>
                      <dd>
                        ${bindings.map(({ keys }, index) => html`${index > 0 ? html`<span class="faint">or </span>` : nothing}${this.chord(keys)}`)}
                      </dd>
                    </div>`,
                )}
              </dl>
            </section>`,
        )}
      </div>
    </gs-dialog>`;
  }

  private chord(keys: string): TemplateResult[] {
    return keys.split(" ").map((key) => html`<kbd>${ARROWS[key] ?? key.replace("mod+", "ctrl/cmd ")}</kbd> `);
  }
}
