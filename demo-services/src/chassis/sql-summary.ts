/**
 * Operation and table of an SQL statement, for span names of low cardinality (`SELECT orders`). Pure; reads the few
 * statement forms this demo uses, and falls back to the first word.
 */

export interface SqlSummary {
  /** In capitals: SELECT, INSERT, … */
  operation: string;
  collection?: string;
}

const TABLE_AFTER: Record<string, RegExp> = {
  SELECT: /\bFROM\s+["`]?(\w+)/i,
  DELETE: /\bFROM\s+["`]?(\w+)/i,
  INSERT: /\bINTO\s+["`]?(\w+)/i,
  REPLACE: /\bINTO\s+["`]?(\w+)/i,
  UPDATE: /\bUPDATE\s+(?:OR\s+\w+\s+)?["`]?(\w+)/i,
};

export function summarizeSql(sql: string): SqlSummary {
  // A common table expression stands before the statement proper; its last closing parenthesis ends it.
  const text = sql.trim().replace(/^WITH\b.*?\)\s*(?=SELECT|INSERT|UPDATE|DELETE)(?![^(]*\))/is, "");
  const operation = /^\w+/.exec(text)?.[0].toUpperCase() ?? "SQL";
  return { operation, collection: TABLE_AFTER[operation]?.exec(text)?.[1] };
}
