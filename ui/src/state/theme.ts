/**
 * Light, dark, or what the system says. Writes data-theme on <html>, from which styles/tokens.css takes its colours; without
 * the attribute the system's choice holds.
 */
import { Signal, type ReadonlySignal } from "../base/signal.ts";
import { readPreference, writePreference } from "./preferences.ts";

export type ThemeChoice = "system" | "light" | "dark";

export const THEME_CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

const choice = new Signal<ThemeChoice>(readChoice());

export const themeChoice: ReadonlySignal<ThemeChoice> = choice;

export function setTheme(next: ThemeChoice): void {
  choice.value = next;
  writePreference("theme", next);
  applyTheme();
}

/** Call once at start, before anything is drawn. */
export function applyTheme(): void {
  if (choice.value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = choice.value;
}

function readChoice(): ThemeChoice {
  const stored = readPreference("theme");
  return THEME_CHOICES.find((known) => known === stored) ?? "system";
}
