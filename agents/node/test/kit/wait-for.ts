/** Polls until `look` returns something; after `timeoutMillis` it throws and names what was waited for. */
export async function waitFor<T>(what: string, look: () => T | undefined, timeoutMillis = 20_000): Promise<T> {
  const deadline = performance.now() + timeoutMillis;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`cannot find ${what} within ${timeoutMillis} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
