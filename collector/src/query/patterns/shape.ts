/** What lines have in common once what is variable in them is taken out: words with their punctuation, `<*>` for what is variable. */
export type Shape = readonly string[];
