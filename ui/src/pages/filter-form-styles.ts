/** The filters above a list: choices and a field in a row that wraps. */
import { css } from "lit";

export const filterFormStyles = css`
  form {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    margin-bottom: var(--space-4);
  }
  form input {
    flex: 1 1 10em;
    max-width: var(--field-width);
  }
`;
