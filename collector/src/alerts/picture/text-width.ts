/** How wide a text is in the font of pictures (Inter), so that it can be cut to its place. Advance widths in 1/1000 em, of ASCII from the blank on. */

// prettier-ignore
const REGULAR = [281,288,466,633,642,982,644,300,365,365,501,662,288,460,288,360,631,407,610,618,646,593,620,566,619,620,288,302,662,662,662,511,966,690,654,730,722,601,590,746,743,269,571,672,565,903,753,765,639,765,644,642,646,744,690,985,682,679,629,365,360,365,471,456,323,562,612,571,612,583,370,613,591,242,242,549,242,876,591,600,612,612,376,528,327,591,562,818,546,562,552,426,333,426,662];
// prettier-ignore
const STRONG = [252,321,523,644,650,1004,663,326,373,373,540,673,319,465,319,379,660,423,623,636,666,612,640,576,640,640,319,329,673,673,673,543,999,728,659,737,722,605,588,749,746,277,580,703,565,922,759,769,645,773,652,650,660,736,728,1020,720,713,652,373,379,373,481,469,351,574,624,583,624,591,389,625,612,262,262,569,262,900,612,609,624,624,397,549,353,612,587,839,569,588,566,455,359,455,673];
/** Of other characters; those of East Asia are about as wide as they are high. */
const OTHER = 620;
const WIDE = 1000;

/** @param size of the font, in whose unit the width is */
export function textWidth(text: string, size: number, isStrong = false): number {
  const widths = isStrong ? STRONG : REGULAR;
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    sum += widths[code - 32] ?? (code >= 0x1100 ? WIDE : OTHER);
  }
  return (sum * size) / 1000;
}

/** The text, or as much of its begin as there is room for and an ellipsis. */
export function fitText(text: string, width: number, size: number, isStrong = false): string {
  if (textWidth(text, size, isStrong) <= width) return text;
  const room = width - textWidth("…", size, isStrong);
  let fitting = "";
  let used = 0;
  for (const character of text) {
    used += textWidth(character, size, isStrong);
    if (used > room) break;
    fitting += character;
  }
  return `${fitting.trimEnd()}…`;
}

/** The text in so many lines at most, broken at blanks where there are any; the last one is cut. */
export function wrapText(text: string, width: number, size: number, lines: number): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || textWidth(longer, size) <= width) line = longer;
    else if (found.length + 1 < lines) {
      found.push(line);
      line = word;
    } else line = longer;
  }
  return [...found, line].map((each) => fitText(each, width, size));
}
