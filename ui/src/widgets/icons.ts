/** The icons, drawn on a grid of 16 in the colour of the text. Always beside a name or in a labelled button: hidden from readers. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

const STROKES = {
  search: svg`<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  left: svg`<path d="M10 3.5 5.5 8l4.5 4.5"/>`,
  right: svg`<path d="M6 3.5 10.5 8 6 12.5"/>`,
  down: svg`<path d="M3.5 6 8 10.5 12.5 6"/>`,
  up: svg`<path d="M3.5 10 8 5.5l4.5 4.5"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="7.5" height="7.5" rx="1.5"/><path d="M10.5 3.5h-6a1.5 1.5 0 0 0-1.5 1.5v6"/>`,
  check: svg`<path d="m3.5 8.5 3 3 6-7"/>`,
  link: svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.8-.8"/>`,
  filter: svg`<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>`,
  sun: svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1"/>`,
  moon: svg`<path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z"/>`,
  screen: svg`<rect x="2.2" y="3" width="11.6" height="7.6" rx="1.2"/><path d="M5.5 13.2h5"/>`,
  command: svg`<path d="M6 6h4v4H6zM6 6H4.5A1.75 1.75 0 1 1 6 4.5zM10 6V4.5A1.75 1.75 0 1 1 11.5 6zM10 10h1.5a1.75 1.75 0 1 1-1.5 1.5zM6 10v1.5A1.75 1.75 0 1 1 4.5 10z"/>`,
  keyboard: svg`<rect x="1.8" y="4" width="12.4" height="8" rx="1.4"/><path d="M4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5 9.6h6"/>`,
  services: svg`<rect x="2.5" y="2.5" width="4.4" height="4.4" rx="1"/><rect x="9.1" y="2.5" width="4.4" height="4.4" rx="1"/><rect x="2.5" y="9.1" width="4.4" height="4.4" rx="1"/><rect x="9.1" y="9.1" width="4.4" height="4.4" rx="1"/>`,
  traces: svg`<path d="M2 4h8M5 8h7M8.5 12H14"/>`,
  logs: svg`<path d="M2.5 4h11M2.5 8h11M2.5 12h7"/>`,
  warning: svg`<path d="M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.3v.1"/>`,
  expand: svg`<path d="M4.5 6.5 8 3l3.5 3.5M4.5 9.5 8 13l3.5-3.5"/>`,
  collapse: svg`<path d="M4.5 3 8 6.5 11.5 3M4.5 13 8 9.5l3.5 3.5"/>`,
  download: svg`<path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13h10"/>`,
  disk: svg`<ellipse cx="8" cy="4.2" rx="5.2" ry="2"/><path d="M2.8 4.2v7.6c0 1.1 2.3 2 5.2 2s5.2-.9 5.2-2V4.2M2.8 8c0 1.1 2.3 2 5.2 2s5.2-.9 5.2-2"/>`,
  user: svg`<circle cx="8" cy="5.2" r="2.6"/><path d="M3 13.2c.5-2.6 2.5-4 5-4s4.5 1.4 5 4"/>`,
  queue: svg`<rect x="2" y="5" width="3" height="6" rx=".8"/><rect x="6.5" y="5" width="3" height="6" rx=".8"/><rect x="11" y="5" width="3" height="6" rx=".8"/>`,
  map: svg`<circle cx="3.8" cy="8" r="1.8"/><circle cx="12.2" cy="4" r="1.8"/><circle cx="12.2" cy="12" r="1.8"/><path d="m5.5 7.2 5-2.4M5.5 8.8l5 2.4"/>`,
  metrics: svg`<path d="M2.5 13.5v-11M2.5 13.5h11M4.5 10l3-3.5 2.5 2 3.5-4.5"/>`,
  boards: svg`<rect x="2.5" y="2.5" width="5" height="6" rx="1"/><rect x="9.5" y="2.5" width="4" height="4" rx="1"/><rect x="2.5" y="10.5" width="5" height="3" rx="1"/><rect x="9.5" y="8.5" width="4" height="5" rx="1"/>`,
  sparkle: svg`<path d="M8 2.5 9.3 6.7 13.5 8 9.3 9.3 8 13.5 6.7 9.3 2.5 8l4.2-1.3L8 2.5Z"/>`,
  minus: svg`<path d="M3 8h10"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  edit: svg`<path d="m3 13 .6-2.8L10.8 3l2.2 2.2-7.2 7.2L3 13Z"/>`,
  trash: svg`<path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9"/>`,
  upload: svg`<path d="M8 10.2V2.8M4.8 5.8 8 2.6l3.2 3.2M3 13h10"/>`,
  table: svg`<rect x="2.5" y="3" width="11" height="10" rx="1"/><path d="M2.5 6.5h11M6.5 6.5V13"/>`,
  pin: svg`<path d="M6 2.5h4l-.5 4 2 2v1h-7v-1l2-2-.5-4ZM8 9.5v4"/>`,
  bell: svg`<path d="M4 11V7.2a4 4 0 0 1 8 0V11l1.2 1.5H2.8L4 11ZM6.8 14.2h2.4"/>`,
  bellOff: svg`<path d="M4 11V7.2c0-.6.1-1.2.4-1.7M6.2 3.6A4 4 0 0 1 12 7.2V10M11.5 12.5H2.8L4 11M6.8 14.2h2.4M2.5 2.5l11 11"/>`,
  out: svg`<path d="M6.5 2.8h-3a.8.8 0 0 0-.8.8v8.8c0 .4.4.8.8.8h3M10 5l3 3-3 3M13 8H6.5"/>`,
  more: svg`<path d="M3.5 8h.01M8 8h.01M12.5 8h.01"/>`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof STROKES;

export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon-${name}"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${STROKES[name]}
  </svg>`;
}
