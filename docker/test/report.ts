/** What the tests found: a row a check, printed as a table with what was measured beside what is allowed. */

interface Row {
  readonly name: string;
  readonly measured: string;
  readonly allowed: string;
  readonly outcome: "passed" | "FAILED" | "skipped";
}

export class Report {
  readonly #rows: Row[] = [];

  /** A figure against its limit, or a fact against what it should be. */
  check(name: string, isRight: boolean, measured: string | number, allowed = ""): void {
    const row = { name, measured: String(measured), allowed, outcome: isRight ? "passed" : "FAILED" } as const;
    this.#rows.push(row);
    console.error(`${row.outcome}: ${name}: ${row.measured}${allowed === "" ? "" : ` (${allowed})`}`);
  }

  skip(name: string, why: string): void {
    this.#rows.push({ name, measured: why, allowed: "", outcome: "skipped" });
    console.error(`skipped: ${name}: ${why}`);
  }

  /** Runs checks that need one another; what they throw is a failure of its own, and the next group goes on. */
  async group(name: string, checks: () => Promise<void>): Promise<void> {
    try {
      await checks();
    } catch (error) {
      this.check(name, false, error instanceof Error ? error.message : String(error));
    }
  }

  get failed(): number {
    return this.#rows.filter(({ outcome }) => outcome === "FAILED").length;
  }

  /** The table, then the one line with the totals. */
  print(): void {
    const heads: Row = { name: "check", measured: "measured", allowed: "allowed", outcome: "passed" };
    const width = (key: keyof Row) => Math.max(...[heads, ...this.#rows].map((row) => firstLine(row[key]).length));
    const widths = [width("name"), width("measured"), width("allowed")];
    const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
    console.log(line(["check", "measured", "allowed", ""]));
    console.log(`|${widths.map((each) => "-".repeat(each + 2)).join("|")}|---|`);
    for (const { name, measured, allowed, outcome } of this.#rows)
      console.log(line([name, firstLine(measured), allowed, outcome]));
    const skipped = this.#rows.filter(({ outcome }) => outcome === "skipped").length;
    console.log(`${this.#rows.length - this.failed - skipped} passed, ${this.failed} failed`);
  }
}

/** Of a long text what a table has room for; the whole was printed when it happened. */
function firstLine(text: string): string {
  const [line] = text.split("\n", 1);
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
