/** Latencies of reads, quiet and under load, as a table of results. */
import { millis, shortNumber, type ResultRow, type ResultTable } from "../report/result-table.ts";
import { TARGETS } from "../report/targets.ts";
import type { QueryFigure } from "./measure-queries.ts";

const HEAD = ["query", "p50 / p95 / p99 ms", "asked", "wrong answers", "answer, median"];

export function quietTable(title: string, note: string, quiet: readonly QueryFigure[]): ResultTable {
  return { title: `${title}, quiet`, note, head: HEAD, rows: quiet.map(quietRow) };
}

/** @param quiet the same questions without the load, one for each of `busy` */
export function busyTable(
  title: string,
  note: string,
  busy: readonly QueryFigure[],
  quiet: readonly QueryFigure[],
): ResultTable {
  return {
    title: `${title}, while ingesting at half the maximum`,
    note: `The verdict is on how much slower p50 and p95 are than quiet ones, the worse of the two. ${note}`,
    head: [...HEAD, "quiet p50 / p95", "times the quiet p50 / p95"],
    rows: busy.map((figure, i) => busyRow(figure, quiet[i])),
  };
}

function quietRow(figure: QueryFigure): ResultRow {
  const { target, p50, p95 } = figure;
  const pair = target !== undefined && TARGETS[target].good.length === 2;
  return { cells: cellsOf(figure), target, measured: pair ? [p50, p95] : [p50] };
}

function busyRow(figure: QueryFigure, quiet: QueryFigure): ResultRow {
  const ratios = [figure.p50 / quiet.p50, figure.p95 / quiet.p95];
  return {
    cells: [...cellsOf(figure), millis(quiet.p50, quiet.p95), ratios.map((ratio) => ratio.toFixed(1)).join(" / ")],
    target: "readsWhileIngesting",
    measured: [Math.max(...ratios)],
  };
}

function cellsOf({ name, p50, p95, p99, count, wrong, bytes, firstWrong }: QueryFigure): string[] {
  return [
    name,
    millis(p50, p95, p99),
    String(count),
    wrong === 0 ? "0" : `**${wrong}**: ${firstWrong?.replaceAll("|", "\\|").slice(0, 160)}`,
    bytes >= 1000 ? `${shortNumber(bytes / 1000)} KB` : `${bytes} B`,
  ];
}
