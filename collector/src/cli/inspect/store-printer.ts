/**
 * Prints what lies in a store, a table a kind of thing: partitions, blocks and their sections, journals, indexes. In: the files and where to
 * write; what cannot be read is named, and `isWhole` is false then.
 */
import { surveySegment } from "../../store/sqlite/files/journal-survey.ts";
import { chunkParts, PartitionSurvey } from "../../store/sqlite/files/partition-survey.ts";
import { isGone, JOURNALS, readIfThere, sizeOf, type StoreFiles } from "../../store/sqlite/files/store-files.ts";
import { formatBytes, formatCount, formatMicros, formatMillis, formatTable, type Cell } from "../format-table.ts";
import type { OutputStream } from "../streams.ts";
import { blockRow, bytesARecord, chunkRows, countOf, ITEMS, kindOf, ratio, sectionRow } from "./rows.ts";

export class StorePrinter {
  readonly #files: StoreFiles;
  readonly #out: OutputStream;
  isWhole = true;

  constructor(files: StoreFiles, out: OutputStream) {
    this.#files = files;
    this.#out = out;
  }

  overview(): void {
    const partitions: Cell[][] = [
      [
        "PARTITION",
        "FORMAT",
        "CREATED",
        "SIZE",
        "LOG",
        "BLOCKS",
        "SPANS",
        "LOGS",
        "SAMPLES",
        "COVERS TRACES",
        "COVERS LOGS",
        "COVERS METRICS",
      ],
    ];
    const blocks: Cell[][] = [
      [
        "BLOCK",
        "PARTITION",
        "SIGNAL",
        "RECORDS",
        "TRACES / SERIES",
        "ERRORS",
        "FROM",
        "TO",
        "SEALED",
        "STORED",
        "B/RECORD",
        "REPLACED BY",
      ],
    ];
    const sections = new Map<string, { stored: number; raw: number; count: number }>();
    const add = (key: string, stored: number, raw: number) => {
      const sum = sections.get(key) ?? { stored: 0, raw: 0, count: 0 };
      sections.set(key, { stored: sum.stored + stored, raw: sum.raw + raw, count: sum.count + 1 });
    };
    this.#eachPartition((survey, name) => {
      const all = survey.blocks();
      const live = all.filter(({ replaced_by }) => replaced_by === null);
      const recordsOf = (signal: string) =>
        live.filter((each) => each.signal === signal).reduce((sum, { record_count }) => sum + record_count, 0);
      partitions.push([
        name,
        survey.format,
        formatMillis(survey.createdAtMillis),
        formatBytes(sizeOf(survey.path)),
        formatBytes(sizeOf(`${survey.path}-wal`)),
        live.length,
        recordsOf("traces"),
        recordsOf("logs"),
        recordsOf("metrics"),
        survey.covered("traces"),
        survey.covered("logs"),
        survey.covered("metrics"),
      ]);
      for (const block of all) {
        blocks.push(blockRow(name, block));
        for (const { name: section, storedBytes, rawBytes } of survey.sections(block.id))
          add(`${block.signal} ${section}`, storedBytes, rawBytes);
        for (const { name: part, storedBytes, rawBytes } of survey.metrics.parts(block.id))
          add(`${block.signal} ${part}`, storedBytes, rawBytes);
        for (const { data } of survey.chunks(block.id))
          for (const { name: part, bytes, rawBytes } of chunkParts(data))
            add(`${block.signal} ${part} of chunks`, bytes.length, rawBytes);
        for (const which of ["attributes", "tokens"] as const)
          for (const data of survey.parts(block.id, which).values())
            add(`${block.signal} signature of ${which}`, data.length, data.length);
      }
    });
    this.#print(`${this.#files.path}\n`);
    this.#print(formatTable(partitions));
    if (blocks.length > 1) this.#print(formatTable(blocks));
    const total = [...sections.values()].reduce((sum, { stored }) => sum + stored, 0);
    const rows = [...sections]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { stored, raw, count }]): Cell[] => {
        const [signal, ...section] = key.split(" ");
        return [
          signal,
          section.join(" "),
          count,
          formatBytes(stored),
          formatBytes(raw),
          ratio(raw, stored),
          `${((stored / total) * 100).toFixed(1)} %`,
        ];
      });
    if (rows.length > 0)
      this.#print(formatTable([["SIGNAL", "SECTION", "COUNT", "STORED", "RAW", "RATIO", "SHARE"], ...rows]));
    this.#segments();
    const aside = this.#files.quarantined();
    if (aside.length > 0) this.#print(`set aside in quarantine/:\n${aside.map((name) => `  ${name}\n`).join("")}`);
  }

  /** False when there is no such block. */
  block(id: number): boolean {
    let isFound = false;
    this.#eachPartition((survey, name) => {
      const block = survey.block(id);
      if (!block) return;
      isFound = true;
      this.#print(
        formatTable(
          [
            ["block", String(id)],
            ["partition", name],
            ["signal", block.signal],
            ["records", formatCount(block.record_count)],
            [block.signal === "metrics" ? "series" : "traces", formatCount(block.trace_count)],
            ["errors", formatCount(block.error_count)],
            ["from", formatMicros(block.min_time_micros)],
            ["to", formatMicros(block.max_time_micros)],
            ["longest", `${formatCount(block.max_duration_micros)} µs`],
            ["sealed", formatMillis(block.sealed_at_millis)],
            ["journal covered to", formatCount(block.journal_sequence)],
            ["stored", `${formatBytes(block.stored_bytes)}, ${bytesARecord(block)} bytes a record`],
            ["replaced by", block.replaced_by === null ? "" : String(block.replaced_by)],
          ].filter(([, value]) => value !== ""),
        ),
      );
      this.#print(
        formatTable([
          ["SECTION", "VERSION", "CODEC", "STORED", "RAW", "RATIO", "B/RECORD", "CHECK"],
          ...survey
            .sections(id)
            .map((section) => sectionRow(block, section, () => void survey.fetch(id)(section.name))),
          ...survey.chunks(id).flatMap(({ chunk, data }) => chunkRows(block, chunk, data)),
        ]),
      );
      const chunks = survey.metrics.parts(id);
      if (chunks.length > 0)
        this.#print(
          formatTable([
            ["PART", "STORED", "RAW", "RATIO"],
            ...chunks.map(({ name: part, storedBytes, rawBytes }): Cell[] => [
              part,
              formatBytes(storedBytes),
              formatBytes(rawBytes),
              ratio(rawBytes, storedBytes),
            ]),
          ]),
        );
      const parts = (["attributes", "tokens"] as const).map((of): Cell[] => {
        const all = [...survey.parts(id, of).values()];
        return [of, all.length, formatBytes(all.reduce((sum, { length }) => sum + length, 0))];
      });
      this.#print(formatTable([["SIGNATURE", "PARTS", "STORED"], ...parts]));
      const operations = survey
        .operations(id)
        .map((o): Cell[] => [
          o.service,
          kindOf(o.kind),
          o.name ?? "(all others)",
          o.record_count,
          o.error_count,
          formatMicros(o.min_time_micros),
          formatMicros(o.max_time_micros),
        ]);
      this.#print(formatTable([["SERVICE", "KIND", "OPERATION", "RECORDS", "ERRORS", "FROM", "TO"], ...operations]));
    });
    if (!isFound) this.#print(`cannot find block ${id}; goldspan inspect lists all blocks\n`);
    return isFound && this.isWhole;
  }

  records(): void {
    this.#segments();
    for (const signal of JOURNALS) {
      const paths = this.#files.segments(signal);
      paths.forEach((path, i) => {
        const bytes = readIfThere(path);
        if (!bytes) return;
        const { records } = surveySegment(path, signal, bytes, i === paths.length - 1);
        const rows = records.map(({ offset, record }): Cell[] => {
          const { sequence, body, digest, format } = record;
          return [
            sequence,
            offset,
            format === "remote_write" ? format : body.encoding,
            body.compression,
            formatBytes(body.bytes.length),
            countOf(signal, record),
            Buffer.from(digest).toString("hex"),
          ];
        });
        this.#print(`${this.#files.nameOf(path)}\n`);
        this.#print(
          formatTable([["RECORD", "OFFSET", "ENCODING", "COMPRESSION", "BYTES", ITEMS[signal], "DIGEST"], ...rows]),
        );
      });
    }
  }

  indexes(): void {
    this.#eachPartition((survey, name) => {
      this.#print(`${name}\n`);
      const runs = survey
        .runs()
        .map((run): Cell[] => [
          run.id,
          run.signal,
          run.level,
          run.first_block,
          run.last_block,
          run.entry_count,
          run.page_count,
          formatBytes(survey.bytesOfRun(run)),
        ]);
      this.#print(
        formatTable([["RUN", "SIGNAL", "LEVEL", "FROM BLOCK", "TO BLOCK", "TRACES", "PAGES", "BYTES"], ...runs]),
      );
      const operations = survey
        .operations()
        .map((o): Cell[] => [o.service, kindOf(o.kind), o.name ?? "(all others)", o.record_count, o.error_count]);
      this.#print(formatTable([["SERVICE", "KIND", "OPERATION", "RECORDS", "ERRORS"], ...operations]));
    });
  }

  #segments(): void {
    const rows: Cell[][] = [["SEGMENT", "BYTES", "RECORDS", "FIRST", "LAST", "STATE"]];
    for (const signal of JOURNALS) {
      const paths = this.#files.segments(signal);
      paths.forEach((path, i) => {
        const bytes = readIfThere(path);
        if (!bytes) return;
        const { records, damage, tailBytes } = surveySegment(path, signal, bytes, i === paths.length - 1);
        const state = [...damage, ...(tailBytes > 0 ? [`${tailBytes} bytes at its end are no record`] : [])];
        if (damage.length > 0) this.isWhole = false;
        rows.push([
          this.#files.nameOf(path),
          formatBytes(bytes.length),
          records.length,
          records.at(0)?.record.sequence,
          records.at(-1)?.record.sequence,
          state.join("; "),
        ]);
      });
    }
    this.#print(rows.length > 1 ? formatTable(rows) : "the journals are empty\n");
  }

  #eachPartition(visit: (survey: PartitionSurvey, name: string) => void): void {
    for (const path of this.#files.partitions()) {
      const name = this.#files.nameOf(path);
      try {
        const survey = new PartitionSurvey(path);
        try {
          visit(survey, name);
        } finally {
          survey.close();
        }
      } catch (error) {
        if (isGone(error)) continue;
        this.isWhole = false;
        this.#print(`cannot read ${name}: ${(error as Error).message}\n`);
      }
    }
  }

  /** Tables stand apart by an empty line. */
  #print(text: string): void {
    this.#out.write(`${text}\n`);
  }
}
