/** Two texts line by line: what only one of them has. For files that people write; the cost is the product of the lines that differ. Pure. */
export interface DiffLine {
  readonly text: string;
  readonly kind: "same" | "left" | "right";
}

const MOST_CELLS = 4_000_000;

/** Texts that differ in too many lines are told as one whole after the other. */
export function diffLines(left: string, right: string): DiffLine[] {
  const [a, b] = [left.split("\n"), right.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (text: string): DiffLine => ({ text, kind: "same" });
  return [
    ...a.slice(0, head).map(same),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const whole = [
    a.map((text) => ({ text, kind: "left" as const })),
    b.map((text) => ({ text, kind: "right" as const })),
  ];
  if (a.length * b.length > MOST_CELLS) return whole.flat();
  // Lengths of the longest common parts of what follows each pair of lines.
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1] + 1
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ text: a[i], kind: "same" });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1]))
      lines.push({ text: a[i++], kind: "left" });
    else lines.push({ text: b[j++], kind: "right" });
  }
  return lines;
}

/** With so many equal lines around each difference; null = lines that were left out. */
export function nearDifferences(lines: readonly DiffLine[], around: number): (DiffLine | null)[] {
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== "same"),
  );
  return lines.flatMap((line, at) => (isNear[at] ? [line] : at > 0 && !isNear[at - 1] ? [] : [null]));
}
