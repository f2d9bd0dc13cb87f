/**
 * Rows of CSV (RFC 4180, lines end with CR LF). A cell that a spreadsheet would take for a formula begins with an apostrophe
 * (https://owasp.org/www-community/attacks/CSV_Injection); control characters but tab and newline are written \u001b, so that showing the
 * file in a terminal does nothing to it.
 */

export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

export function csvCell(text: string): string {
  // The plain case: letters, digits and punctuation that means nothing.
  if (/^(?:[\w.:/][\w.:/ -]*)?(?<! )$/.test(text)) return text;
  const plain = text.toWellFormed().replace(/[^\P{Cc}\t\n\r]/gu, escapeControl);
  const isNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(plain);
  const safe = !isNumber && /^\s*[=+\-@\t\r＝＋－＠]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
