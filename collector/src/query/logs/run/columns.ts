/** Columns of a piece by what a query names: of a name that stands for several fields the first that a record has. */
import { parseDurationNanos } from "../../../base/duration.ts";
import { LEVEL_NAMES, levelOf } from "../../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece, type TextColumn } from "../../../model/log-piece.ts";
import { unitNanosOf, type ResolvedField } from "../plan/fields.ts";

/** What a level of 0 is called where levels are counted. */
const UNSET_LEVEL = "unset";
export const LEVEL_COLUMN_TEXTS: readonly string[] = [...LEVEL_NAMES, UNSET_LEVEL];
/** Severity number -> index into {@link LEVEL_COLUMN_TEXTS}. */
export const LEVEL_CODES = Uint8Array.from({ length: 256 }, (_, number) =>
  LEVEL_COLUMN_TEXTS.indexOf(levelOf(number) || UNSET_LEVEL),
);

export function columnOf(piece: LogPiece, { fields }: Pick<ResolvedField, "fields">): TextColumn {
  if (fields[0].kind === "level") return levelColumn(piece);
  const first = piece.column(fields[0]);
  return fields.slice(1).reduce((column, field) => orElse(column, () => piece.column(field)), first);
}

function levelColumn({ severityNumber, count }: LogPiece): TextColumn {
  const codes = new Uint32Array(count);
  for (let i = 0; i < count; i++) codes[i] = LEVEL_CODES[severityNumber[i]];
  return { codes, texts: LEVEL_COLUMN_TEXTS };
}

function orElse(first: TextColumn, other: () => TextColumn): TextColumn {
  if (!first.codes.includes(ABSENT_TEXT)) return first;
  const second = other();
  const base = first.texts.length;
  const codes = Uint32Array.from(first.codes, (code, i) => {
    if (code !== ABSENT_TEXT) return code;
    return second.codes[i] === ABSENT_TEXT ? ABSENT_TEXT : base + second.codes[i];
  });
  return { codes, texts: [...first.texts, ...second.texts] };
}

/** A number for each hit, NaN where there is none: numbers as they are, durations (250ms) in the unit that the field's name says. */
export function numbersOf(piece: LogPiece, field: ResolvedField): Float64Array {
  const { codes, texts } = columnOf(piece, field);
  const unitNanos = unitNanosOf(field.name);
  const values = new Float64Array(texts.length);
  const isKnown = new Uint8Array(texts.length);
  const numbers = new Float64Array(piece.count);
  for (let i = 0; i < piece.count; i++) {
    const code = codes[i];
    if (code === ABSENT_TEXT) numbers[i] = NaN;
    else {
      if (isKnown[code] === 0) {
        values[code] = numberOf(texts[code], unitNanos);
        isKnown[code] = 1;
      }
      numbers[i] = values[code];
    }
  }
  return numbers;
}

function numberOf(text: string, unitNanos: number): number {
  if (text.trim() === "") return NaN;
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  const nanos = parseDurationNanos(text);
  return nanos === undefined ? NaN : nanos / unitNanos;
}
