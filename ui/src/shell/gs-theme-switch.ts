/** System, light or dark: one button that steps through them and says which one holds. */
import { html, LitElement, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { followSignals } from "../controllers/follow-signals.ts";
import { setTheme, THEME_CHOICES, themeChoice, type ThemeChoice } from "../state/theme.ts";
import { icon, type IconName } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const ICONS: Record<ThemeChoice, IconName> = { system: "screen", light: "sun", dark: "moon" };

@customElement("gs-theme-switch")
export class GsThemeSwitch extends LitElement {
  static override styles = [sharedStyles, controlStyles];

  constructor() {
    super();
    followSignals(this, themeChoice);
  }

  override render(): TemplateResult {
    const choice = themeChoice.value;
    const next = THEME_CHOICES[(THEME_CHOICES.indexOf(choice) + 1) % THEME_CHOICES.length];
    const name = `Theme: ${choice}. Change to ${next}`;
    return html`<button class="button plain icon" title=${name} aria-label=${name} @click=${() => setTheme(next)}>
      ${icon(ICONS[choice])}
    </button>`;
  }
}
