/** Styles of gs-getting-started. Tokens only. */
import { css } from "lit";

export const gettingStartedStyles = css`
  :host {
    max-width: calc(var(--prose-width) * 1.2);
    margin: var(--space-7) auto;
    padding: 0 var(--space-5);
  }
  h2 {
    font-size: var(--text-title);
  }
  .waiting {
    color: var(--text-2);
    margin: var(--space-2) 0 var(--space-5);
  }
  .waiting::before {
    content: "";
    display: inline-block;
    width: var(--dot);
    height: var(--dot);
    margin-right: var(--space-3);
    border-radius: var(--radius-round);
    background: var(--ok);
    animation: pulse 1.6s ease-in-out infinite;
  }
  @keyframes pulse {
    50% {
      opacity: 0.3;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .waiting::before {
      animation: none;
    }
  }
  .test {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-4);
    margin-bottom: var(--space-6);
  }
  .test > .dim {
    flex: 1 1 16em;
  }
  .test .error {
    flex-basis: 100%;
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: var(--space-3) var(--space-5);
    margin: var(--space-3) 0 var(--space-5);
  }
  dt {
    color: var(--text-2);
  }
  .note {
    margin-bottom: var(--space-5);
    padding: var(--space-3) var(--space-4);
    border-left: var(--focus-width) solid var(--warn);
    background: var(--surface-2);
  }
  code {
    font: var(--text-small) / 1.6 var(--mono);
  }
  .languages {
    overflow-x: auto;
  }
  .code {
    position: relative;
    margin-top: var(--space-3);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius-large);
    background: var(--surface-1);
  }
  pre {
    margin-right: var(--row-tall);
    padding: var(--space-4);
    padding-right: 0;
    overflow: auto;
    font: var(--text-small) / 1.6 var(--mono);
  }
  .code gs-copy {
    position: absolute;
    top: var(--space-3);
    right: var(--space-3);
    background: var(--surface-1);
  }
`;
