/** Counting the quick way: no record is looked at, only columns of service, level and line. */
import { compileMatcher } from "../../../model/label-matcher.ts";
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import { UNKNOWN_SERVICE } from "../../../model/semconv.ts";
import { detectedLevel, LEVEL_LABEL, SERVICE_LABEL } from "../label-names.ts";
import type { LogSelector } from "../parse/ast.ts";
import type { ScanCounts } from "./scan-entries.ts";
import { compileLineFilter } from "./stages.ts";

/** A record's service and level. */
export type ServiceAndLevel = readonly [string, string];

/**
 * Calls `add` for each record of a piece that a selector lets through, with one list of labels for all of a piece that share it, and with
 * 1 or the bytes of its line. @param logs looks at nothing else: see looksAtStreamOnly()
 */
export function columnCounter(logs: LogSelector, isBytes: boolean, counts: ScanCounts) {
  const matchers = logs.matchers.map(compileMatcher);
  const services = matchers.filter(({ name }) => name === SERVICE_LABEL);
  const levels = matchers.filter(({ name }) => name === LEVEL_LABEL);
  const filters = logs.stages.flatMap((stage) => (stage.kind === "line" ? [compileLineFilter(stage)] : []));
  const needsLine = isBytes || filters.length > 0;
  return (piece: LogPiece, add: (labels: ServiceAndLevel, i: number, weight: number) => void) => {
    const service = piece.column({ kind: "service" });
    const text = piece.severityNumber.includes(0) ? piece.column({ kind: "severity_text" }) : undefined;
    const body = needsLine ? piece.column({ kind: "body" }) : undefined;
    const isServiceMet = service.texts.map((name) => services.every(({ test }) => test(name)));
    const isUnknownMet = services.every(({ test }) => test(UNKNOWN_SERVICE));
    const isLineMet = new Map<number, boolean>();
    const sizes = new Map<number, number>();
    const known = new Map<string, ServiceAndLevel>();
    counts.lines += piece.count;
    for (let i = 0; i < piece.count; i++) {
      const code = service.codes[i];
      if (code === ABSENT_TEXT ? !isUnknownMet : !isServiceMet[code]) continue;
      const textCode = text ? text.codes[i] : ABSENT_TEXT;
      const severity = piece.severityNumber[i];
      const key = `${code}/${severity}/${severity === 0 ? textCode : ""}`;
      let labels = known.get(key);
      if (!labels) {
        const word = textCode === ABSENT_TEXT ? "" : (text as { texts: readonly string[] }).texts[textCode];
        labels = [code === ABSENT_TEXT ? UNKNOWN_SERVICE : service.texts[code], detectedLevel(severity, word)];
        known.set(key, labels);
      }
      const [, level] = labels;
      if (!levels.every(({ test }) => test(level))) continue;
      let weight = 1;
      if (body) {
        const lineCode = body.codes[i];
        const line = lineCode === ABSENT_TEXT ? "" : body.texts[lineCode];
        let met = isLineMet.get(lineCode);
        if (met === undefined) isLineMet.set(lineCode, (met = filters.every((test) => test(line))));
        if (!met) continue;
        let size = sizes.get(lineCode);
        if (size === undefined) sizes.set(lineCode, (size = Buffer.byteLength(line)));
        counts.bytes += size;
        if (isBytes) weight = size;
      }
      counts.entries++;
      add(labels, i, weight);
    }
  };
}
