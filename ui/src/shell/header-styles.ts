/** How the header looks, at the top of wide screens and split in two on narrow ones. */
import { css } from "lit";

export const headerStyles = css`
  :host {
    position: sticky;
    top: 0;
    z-index: 10;
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    height: var(--header);
    padding: 0 var(--space-5);
    background: var(--surface-1);
    border-bottom: var(--hairline) solid var(--line);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    color: var(--text-1);
    font-weight: var(--weight-strong);
    font-size: var(--text-large);
    margin-right: var(--space-3);
  }
  .brand:hover {
    text-decoration: none;
  }
  .brand svg {
    fill: var(--brand);
    flex: none;
  }
  nav {
    display: flex;
    gap: var(--space-1);
  }
  nav a {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    height: var(--row);
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    color: var(--text-2);
  }
  nav a:hover {
    background: var(--surface-2);
    color: var(--text-1);
    text-decoration: none;
  }
  nav a[aria-current] {
    background: var(--surface-2);
    color: var(--text-1);
    font-weight: var(--weight-medium);
  }
  .badge {
    min-width: var(--space-5);
    padding: 0 var(--space-2);
    border-radius: var(--radius-round);
    background: var(--error);
    color: var(--surface-1);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    line-height: var(--space-5);
    text-align: center;
  }
  gs-search-field {
    flex: 1 1 0;
    min-width: 0;
    max-width: calc(1.4 * var(--field-width));
    margin-inline: auto;
  }
  gs-time-range,
  gs-theme-switch {
    flex: none;
  }
  @media (max-width: 1099.98px) {
    nav svg,
    .spacious,
    .brand span {
      display: none;
    }
    .brand {
      margin-right: 0;
    }
  }
  @media (min-width: 900px) {
    .narrow {
      display: none !important;
    }
  }
  @media (max-width: 899.98px) {
    header {
      gap: var(--space-2);
      padding: 0 var(--space-3);
    }
    nav svg {
      display: block;
    }
    .wide {
      display: none;
    }
    nav {
      position: fixed;
      inset: auto 0 0;
      z-index: 10;
      display: grid;
      grid-auto-flow: column;
      grid-auto-columns: minmax(0, 1fr);
      gap: 0;
      padding-bottom: env(safe-area-inset-bottom);
      background: var(--surface-1);
      border-top: var(--hairline) solid var(--line);
    }
    nav a,
    nav button {
      display: flex;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      gap: 0;
      height: var(--header);
      font-size: var(--text-small);
      border-radius: 0;
    }
    nav a.wide {
      display: none;
    }
    nav a {
      position: relative;
    }
    .badge {
      position: absolute;
      top: var(--space-1);
      left: calc(50% + var(--space-2));
      min-width: var(--space-4);
      line-height: 1.3;
    }
    nav button {
      color: var(--text-2);
    }
    nav a[aria-current] {
      background: none;
      color: var(--accent);
    }
  }
`;
