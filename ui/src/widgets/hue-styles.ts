/** Classes hue-0 to hue-13, which set --hue to one of the 14 hues: colour without a style attribute. Knows no services. */
import { css, unsafeCSS, type CSSResult } from "lit";

const HUES = 14;

export const hueStyles: CSSResult[] = Array.from({ length: HUES }, (_, hue) => {
  const number = unsafeCSS(String(hue));
  return css`
    .hue-${number} {
      --hue: var(--service-${number});
    }
  `;
});

export const dotStyles = css`
  .dot {
    display: inline-block;
    flex: none;
    width: var(--dot);
    height: var(--dot);
    border-radius: var(--radius-round);
    background: var(--hue, var(--text-3));
  }
`;
