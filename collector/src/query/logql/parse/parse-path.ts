/** Paths into JSON: `a.b`, `a[0]`, `["a b"].c`. */

/** Member names and indexes in turn; undefined when the text is no path. */
export function parsePath(text: string): readonly (string | number)[] | undefined {
  const path: (string | number)[] = [];
  const part = /\.?([A-Za-z_][\w@:/-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (part.lastIndex < text.length) {
    const isFirst = part.lastIndex === 0;
    const from = part.lastIndex;
    const found = part.exec(text);
    if (!found) return undefined;
    const [whole, name, index, quoted] = found;
    // A dot stands between names, and nowhere else.
    if (name !== undefined && whole.startsWith(".") === isFirst && (isFirst || text[from] !== ".")) return undefined;
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else {
      try {
        path.push(JSON.parse(quoted) as string);
      } catch {
        return undefined;
      }
    }
  }
  return path.length === 0 ? undefined : path;
}
