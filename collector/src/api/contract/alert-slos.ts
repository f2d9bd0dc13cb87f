/** Objectives and their budgets. A part of ../contract.ts; paths in alerts.ts. */

export interface WireSlos {
  slos: WireSlo[];
}

export interface WireSlo {
  ruleId: string;
  name: string;
  /** Where its rule stands. */
  file: string;
  line: number;
  service: string;
  operation: string;
  /** In words: `99.9 % of requests without error over 30 d`. */
  text: string;
  /** 0 to 1. */
  objective: number;
  windowMillis: number;
  /** Of the window so far; null = no traffic. */
  attained: number | null;
  /** 1 = untouched, 0 = used up, below = overdrawn; null = no traffic. */
  budgetRemaining: number | null;
  /** How many times faster than allowed the budget burns, by window. */
  burnRates: { windowMillis: number; rate: number | null }[];
  /** The alerts it makes: each burns when the rates over both windows are above the factor. */
  alerts: {
    severity: "page" | "ticket";
    factor: number;
    longMillis: number;
    shortMillis: number;
    longRate: number | null;
    shortRate: number | null;
    isBurning: boolean;
  }[];
  /** The budget over the window. */
  burnDown: { timesMillis: number[]; remaining: (number | null)[] };
  state: "ok" | "ticket" | "page";
}
