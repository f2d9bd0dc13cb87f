/**
 * The page that asks for the token, without scripts, and the step before it. All of it is here, so that it is there without the built UI; its
 * colours and sizes are those of ui/src/styles/tokens.css.
 */
import { createHash } from "node:crypto";
import { TOKEN_FILE } from "./token-file.ts";

export interface SignInPage {
  /** Where to go afterwards: a path of this port. */
  readonly to: string;
  /** What was wrong with the last try. */
  readonly problem?: string;
  /** The token was made here; else it is configured. */
  readonly isMade: boolean;
}

const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(oklch(0.975 0.003 265), oklch(0.165 0.008 265));
  --card: light-dark(oklch(1 0 0), oklch(0.198 0.009 265));
  --chip: light-dark(oklch(0.955 0.005 265), oklch(0.248 0.012 265));
  --text: light-dark(oklch(0.225 0.015 265), oklch(0.945 0.005 265));
  --text-2: light-dark(oklch(0.41 0.016 265), oklch(0.775 0.01 265));
  --line: light-dark(oklch(0.915 0.005 265), oklch(0.288 0.011 265));
  --line-strong: light-dark(oklch(0.62 0.012 265), oklch(0.52 0.013 265));
  --accent: light-dark(oklch(0.5 0.19 272), oklch(0.755 0.125 275));
  --on-accent: light-dark(oklch(1 0 0), oklch(0.18 0.03 272));
  --error: light-dark(oklch(0.525 0.205 25), oklch(0.725 0.17 24));
  --error-soft: light-dark(oklch(0.95 0.028 20), oklch(0.285 0.06 22));
  --brand: light-dark(oklch(0.68 0.13 80), oklch(0.79 0.13 82));
}
* { box-sizing: border-box; margin: 0; }
body {
  min-height: 100dvh;
  display: grid;
  justify-content: center;
  align-content: start;
  grid-template-columns: minmax(0, 420px);
  gap: 24px;
  padding: clamp(24px, 14vh, 160px) 16px 24px;
  background: var(--page);
  color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
}
.brand { display: flex; align-items: center; gap: 8px; font-size: 17px; font-weight: 600; }
.brand svg { fill: var(--brand); }
main { padding: 24px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
h1 { font-size: 20px; line-height: 1.3; font-weight: 600; margin-bottom: 8px; }
p, li { color: var(--text-2); }
form { display: grid; gap: 8px; margin: 20px 0; }
label { font-weight: 500; }
input {
  width: 100%;
  height: 40px;
  padding: 0 12px;
  border: 1px solid var(--line-strong);
  border-radius: 4px;
  background: var(--page);
  color: var(--text);
  font: inherit;
}
input[aria-invalid="true"] { border-color: var(--error); }
button {
  height: 40px;
  margin-top: 8px;
  border: 0;
  border-radius: 4px;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[role="alert"] { padding: 8px 12px; border-radius: 4px; background: var(--error-soft); color: var(--text); }
details { border-top: 1px solid var(--line); padding-top: 16px; }
summary { cursor: pointer; font-weight: 500; width: fit-content; }
ul { display: grid; gap: 12px; margin-top: 12px; padding-left: 20px; }
code {
  padding: 1px 4px;
  border-radius: 4px;
  background: var(--chip);
  color: var(--text);
  font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  overflow-wrap: anywhere;
}
a { color: var(--accent); }
`;

/** Of these pages alone: their one style, and a form that leads back here. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join("; ");

const MADE = [
  "When it starts, the collector prints a link that has the token in it: look in the terminal it runs in, or in <code>docker logs goldspan</code>.",
  `The token is kept in the file <code>${TOKEN_FILE}</code> of the data directory: <code>docker exec goldspan cat /data/${TOKEN_FILE}</code>.`,
];
const CONFIGURED = [
  "It was set by whoever runs this collector: <code>extensions.web.auth.token</code> of its configuration, or the variable <code>GOLDSPAN_TOKEN</code>.",
  "In Kubernetes it stands in the Secret: <code>kubectl -n goldspan get secret goldspan -o jsonpath='{.data.web-token}' | base64 -d</code>.",
];

export function signInPage({ to, problem, isMade }: SignInPage): string {
  const described = problem === undefined ? "" : ' aria-invalid="true" aria-describedby="problem"';
  return page(
    "Sign in",
    `<h1>Sign in</h1>
<p>${isMade ? "This collector can be reached from other machines, so it asks for its token." : "This collector asks for its token."}</p>
<form method="post" action="/sign-in">
<input type="hidden" name="to" value="${escapeHtml(to)}">
${problem === undefined ? "" : `<p id="problem" role="alert">${escapeHtml(problem)}</p>`}
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false" required autofocus${described}>
<button>Sign in</button>
</form>
<details${problem === undefined ? "" : " open"}>
<summary>Where do I find the token?</summary>
<ul>
${(isMade ? MADE : CONFIGURED).map((way) => `<li>${way}</li>`).join("\n")}
<li>Programs send it as <code>Authorization: Bearer TOKEN</code>.</li>
</ul>
</details>`,
  );
}

/**
 * What whoever comes without a cookie is given first. Browsers keep a SameSite=Strict cookie back when a link of another site is followed
 * (of a chat, say); the step from here to the sign-in is this site's own, and who has signed in goes on from there.
 */
export function stepPage(to: string): string {
  const address = escapeHtml(signInPath(to));
  return page(
    "Sign in",
    `<h1>Sign in</h1>\n<p><a href="${address}">Go on to the sign-in</a></p>`,
    `<meta http-equiv="refresh" content="0; url=${address}">\n`,
  );
}

export function signInPath(to: string): string {
  return to === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(to)}`;
}

function page(title: string, main: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Goldspan</title>
${head}<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<div class="brand"><svg viewBox="0 0 20 20" width="24" height="24" aria-hidden="true"><rect x="1" y="3" width="18" height="4" rx="2"/><rect x="4" y="8.5" width="10" height="4" rx="2" opacity="0.75"/><rect x="10" y="14" width="7" height="4" rx="2" opacity="0.5"/></svg>Goldspan</div>
<main>
${main}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const ESCAPES: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
