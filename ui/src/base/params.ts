/** Query parameters changed without touching the others: the way every link keeps the time range. Pure. */
export type ParamChanges = Readonly<Record<string, string | number | boolean | undefined>>;

/** undefined, false and "" remove a parameter; true is written "1". The order of what stays is kept. */
export function changeParams(params: URLSearchParams, changes: ParamChanges): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === false || value === "") next.delete(key);
    else next.set(key, value === true ? "1" : String(value));
  }
  return next;
}

/** Path and parameters as an address; colons, slashes and commas stay readable. */
export function formatHref(path: string, params: URLSearchParams): string {
  const query = params.toString().replaceAll("%3A", ":").replaceAll("%2F", "/").replaceAll("%2C", ",");
  return query === "" ? path : `${path}?${query}`;
}
