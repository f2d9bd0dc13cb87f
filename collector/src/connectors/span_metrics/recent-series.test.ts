import { expect, test } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { TextTable } from "../series/text-table.ts";
import { RecentSeries } from "./recent-series.ts";

const encoder = new TextEncoder();

function create() {
  const recent = new RecentSeries<{ key: string }>();
  const series = new Map<string, { key: string }>();
  let texts = new TextTable();
  /** The series that is found, or "new": then it is put there. */
  const use = (owner: number, code: number, name: string): string | { key: string } => {
    const bytes = encoder.encode(`before${name}behind`);
    recent.begin(bytes, texts);
    const length = encoder.encode(name).length;
    const known = recent.find(owner, code, bytes, 6, length);
    if (known) return known;
    const key = `${owner} ${code} ${name}`;
    if (!series.has(key)) series.set(key, { key });
    recent.put(owner, code, texts.text(bytes, 6, length, true), series.get(key) as { key: string });
    return "new";
  };
  return { use, series, rebuild: () => (texts = new TextTable()) };
}

test("finds what was met before, by owner, kind and name", () => {
  const { use, series, rebuild } = create();
  for (const name of ["GET /cart/:id", "GET /card/:id", "x", "", "Grüße"]) {
    expect(use(1, 8, name)).toBe("new");
    expect(use(1, 8, name)).toBe(series.get(`1 8 ${name}`));
    expect(use(2, 8, name)).toBe("new");
    expect(use(1, 9, name)).toBe("new");
    expect(use(2, 8, name)).toBe(series.get(`2 8 ${name}`));
  }
  rebuild();
  expect(use(1, 8, "x")).toBe("new");
});

test("never finds another's series, whatever collides", () => {
  const { use, series } = create();
  const random = new Random(7);
  for (let i = 0; i < 50_000; i++) {
    const [owner, code, name] = [random.below(300), random.below(24), `op${random.below(9)}-${random.below(30)}`];
    const found = use(owner, code, name);
    if (found !== "new") expect(found).toBe(series.get(`${owner} ${code} ${name}`));
  }
});
