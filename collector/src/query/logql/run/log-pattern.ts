/**
 * Patterns such as `<ip> - <_> "<method> <path>"`: texts that stand in a line as they are, with captures between them. The parser
 * stage takes parts out by them, the filters |> and !> ask whether a line has their shape.
 * https://grafana.com/docs/loki/latest/query/log_queries/#pattern
 */

export class LogPatternError extends Error {
  override name = "LogPatternError";
}

export interface LogPattern {
  readonly names: readonly string[];
  /** Of the parser: names and values in turn; undefined where the line doesn't fit. */
  readonly extract: (line: string) => readonly string[] | undefined;
  /** Of the filters: whether the line has the shape. */
  readonly test: (line: string) => boolean;
}

type Part = { readonly literal: string } | { readonly name: string };

/** @throws LogPatternError */
export function compileLogPattern(text: string, purpose: "parser" | "filter"): LogPattern {
  const parts = partsOf(text, purpose);
  const names = parts.flatMap((part) => ("name" in part && part.name !== "_" ? [part.name] : []));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new LogPatternError(`duplicate capture name (${twice})`);
  if (purpose === "parser" && names.length === 0) throw new LogPatternError("at least one capture is required");
  return { names, extract: (line) => extract(parts, line), test: (line) => fits(parts, line) };
}

function partsOf(text: string, purpose: "parser" | "filter"): Part[] {
  const parts: Part[] = [];
  const capture = purpose === "filter" ? /<(_)>/g : /<([A-Za-z_]\w*)>/g;
  let from = 0;
  for (const found of text.matchAll(capture)) {
    if (found.index > from) parts.push({ literal: text.slice(from, found.index) });
    else if (parts.length > 0) throw new LogPatternError(`consecutive captures are not allowed near ${found[0]}`);
    parts.push({ name: found[1] });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ literal: text.slice(from) });
  return parts;
}

function extract(parts: readonly Part[], line: string): readonly string[] | undefined {
  if (line === "") return undefined;
  const found: string[] = [];
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if ("literal" in part) {
      // Only the first: the others are passed with the capture before them.
      if (!line.startsWith(part.literal)) return undefined;
      at = part.literal.length;
      continue;
    }
    const next = parts[i + 1];
    const end = next && "literal" in next ? line.indexOf(next.literal, at) : -1;
    if (part.name !== "_") found.push(part.name, line.slice(at, end < 0 ? undefined : end));
    // What is missing behind a capture leaves the rest of the line to it.
    if (end < 0) return found;
    at = end + (next as { literal: string }).literal.length;
    i++;
  }
  return found;
}

/**
 * As Loki has it: literals in order, each found where it comes first; captures between them of a character at least; nothing left over
 * behind a literal at the end. A literal at the begin may stand anywhere.
 */
function fits(parts: readonly Part[], line: string): boolean {
  if (line === "" || parts.length === 0) return line === "" && parts.length === 0;
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (!("literal" in part)) continue;
    const found = line.indexOf(part.literal, at);
    if (found < 0 || (i > 0 && found === at)) return false;
    at = found + part.literal.length;
  }
  const endsOpen = "name" in parts[parts.length - 1];
  return endsOpen === at < line.length;
}
