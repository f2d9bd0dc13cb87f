/** label_replace() and label_join(): they change labels and leave values alone. */
import { QueryError } from "../../../base/errors.ts";
import { PatternError, translateRe2 } from "../../../base/re2.ts";
import { METRIC_NAME } from "../../../model/labels.ts";
import { quote } from "../parse/format-expr.ts";
import { mergeColumns, type Column } from "../run/column.ts";
import { labelValue, withLabel } from "../run/labels.ts";

export function replaceLabel(
  columns: readonly Column[],
  [target, replacement, source, pattern]: readonly string[],
  places: readonly number[],
): readonly Column[] {
  if (!isLabelName(target))
    throw new QueryError(`invalid destination label name in label_replace(): ${quote(target)}`, places[1]);
  const expression = compile(pattern, places[4]);
  const changed = columns.map((column) => {
    const found = expression.exec(labelValue(column.labels, source));
    if (!found) return column;
    return relabelled(column, target, expand(replacement, found));
  });
  return mergeColumns(changed);
}

export function joinLabels(
  columns: readonly Column[],
  [target, separator, ...sources]: readonly string[],
  places: readonly number[],
): readonly Column[] {
  const bad = sources.findIndex((source) => !isLabelName(source));
  if (bad >= 0)
    throw new QueryError(`invalid source label name in label_join(): ${quote(sources[bad])}`, places[3 + bad]);
  if (!isLabelName(target))
    throw new QueryError(`invalid destination label name in label_join(): ${quote(target)}`, places[1]);
  return mergeColumns(
    columns.map((column) =>
      relabelled(column, target, sources.map((source) => labelValue(column.labels, source)).join(separator)),
    ),
  );
}

function isLabelName(name: string): boolean {
  return name !== "" && name.isWellFormed();
}

/** A name that was just given stays. */
function relabelled(column: Column, target: string, value: string): Column {
  const labels = withLabel(column.labels, target, value);
  return { ...column, labels, dropsName: target === METRIC_NAME ? false : column.dropsName };
}

function compile(pattern: string, place: number): RegExp {
  try {
    return new RegExp(`^(?:${translateRe2(pattern)})$`, "us");
  } catch (error) {
    if (!(error instanceof PatternError || error instanceof SyntaxError)) throw error;
    throw new QueryError(`invalid regular expression in label_replace(): ${pattern}`, place, error.message);
  }
}

/** $1, ${1}, $name, ${name}, $$; a group that isn't there is empty. */
function expand(template: string, found: RegExpExecArray): string {
  return template.replace(
    /\$(?:\$|(\w+)|\{(\w+)\})/g,
    (_whole, bare: string | undefined, braced: string | undefined) => {
      const name = bare ?? braced;
      if (name === undefined) return "$";
      return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? "";
    },
  );
}
