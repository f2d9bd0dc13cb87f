/** The gallery: every widget and component in all its states, light and dark side by side. For looking, and for the browser tests. */
import { html, render, type TemplateResult } from "lit";
import { alertExhibits } from "./alerts.ts";
import { componentExhibits } from "./components.ts";
import type { Exhibit } from "./exhibit.ts";
import { explorerExhibits } from "./explorer.ts";
import { logPageExhibits } from "./log-page.ts";
import { logExhibits } from "./logs.ts";
import { metricExhibits } from "./metrics.ts";
import { traceExhibits } from "./trace.ts";
import { widgetExhibits } from "./widgets.ts";

const GROUPS: readonly (readonly [title: string, exhibits: readonly Exhibit[]])[] = [
  ["Widgets", widgetExhibits],
  ["Components", componentExhibits],
  ["Metrics", metricExhibits],
  ["Alerts", alertExhibits],
  ["Explorer", explorerExhibits],
  ["Trace", traceExhibits],
  ["Logs", logExhibits],
  ["Log page", logPageExhibits],
];

function drawExhibit({ title, states }: Exhibit): TemplateResult {
  return html`<section aria-label=${title}>
    <h3>${title}</h3>
    ${Object.entries(states).map(
      ([name, draw]) =>
        html`<h4>${name}</h4>
          <div class="pair">
            <div class="theme" data-theme="light">${draw()}</div>
            <div class="theme" data-theme="dark">${draw()}</div>
          </div>`,
    )}
  </section>`;
}

render(
  html`<main>
    <h1>Gallery</h1>
    ${GROUPS.map(
      ([title, exhibits]) =>
        html`<div class=${title.toLowerCase().replaceAll(" ", "-")}>
          <h2>${title}</h2>

          ${exhibits.map(drawExhibit)}
        </div>`,
    )}
  </main>`,
  document.body,
);
