/**
 * SQL broken into lines at its clauses, so that a long statement can be read. In: a statement; out: lines with their indentation.
 * Changes no character but white space between words; text inside quotes stays as it is.
 */
export interface SqlLine {
  readonly indent: number;
  readonly text: string;
}

const CLAUSE =
  /^(select|from|where|group by|order by|having|limit|offset|union all|union|insert into|values|update|set|delete from|returning|on conflict|do update set|do nothing|with|(?:left|right|inner|full|cross) (?:outer )?join|join)\b/i;
const INNER = /^(and|or|when|else)\b/i;
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|[()]|\s+|[^\s()'"`]+/g;

export function isSqlText(key: string, text: string): boolean {
  return (
    /^db\.(query\.text|statement)$/.test(key) &&
    /^\s*(select|insert|update|delete|with|create|alter|merge|drop)\b/i.test(text)
  );
}

/** Statements short enough for one line stay on one. */
export function formatSql(statement: string, shortest = 60): SqlLine[] {
  const body = statement.trim().replace(/\s+/g, (space) => (space.includes("\n") ? "\n" : " "));
  if (body.length <= shortest && !body.includes("\n")) return [{ indent: 0, text: body }];
  const lines: SqlLine[] = [];
  let line = "";
  let depth = 0;
  let indent = 0;
  const flush = (nextIndent: number): void => {
    if (line.trim() !== "") lines.push({ indent, text: line.trim() });
    line = "";
    indent = nextIndent;
  };
  const tokens = body.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    const ahead = /^[a-z]/i.test(token) && isWordStart(tokens, index) ? tokens.slice(index, index + 5).join("") : "";
    if (depth === 0 && CLAUSE.test(ahead) && !continuesJoin(line)) flush(0);
    else if (depth === 0 && INNER.test(ahead)) flush(1);
    if (token === "(") depth += 1;
    if (token === ")") depth = Math.max(0, depth - 1);
    line += /^\s+$/.test(token) ? " " : token;
    if (token.startsWith("--")) flush(indent);
  }
  flush(0);
  return lines;
}

function isWordStart(tokens: readonly string[], index: number): boolean {
  return index === 0 || /^\s+$/.test(tokens[index - 1]);
}

/** "LEFT" already began the line that "JOIN" belongs to. */
function continuesJoin(line: string): boolean {
  return /\b(left|right|inner|full|cross|outer|union|insert|delete|on|do|update)\s*$/i.test(line);
}
