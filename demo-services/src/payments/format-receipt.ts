/**
 * The line on a receipt. `buggy` is how version 1.5.0 of payments does it: a table of large-amount formats was added and
 * one entry forgotten, so that amounts of 100.00 and more fail. It is a real bug in real code: the fault `bad_release`
 * runs it in a new process.
 */

interface AmountFormat {
  symbol: string;
  digits: number;
}

const FORMATS: Record<string, AmountFormat> = { small: { symbol: "€", digits: 2 } };
const LARGE_FROM_CENTS = 10_000;

export function formatReceipt(amountCents: number, buggy: boolean): string {
  const size = buggy && amountCents >= LARGE_FROM_CENTS ? "large" : "small";
  const { symbol, digits } = FORMATS[size];
  return `${symbol} ${(amountCents / 100).toFixed(digits)}`;
}
