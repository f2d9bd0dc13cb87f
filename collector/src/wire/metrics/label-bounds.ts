/** How long labels may be: what is longer was not meant to be a label, and would take the memory that others' series need. */

/** Of a series' names and values together, or of an OTLP data point's attributes. */
export const MOST_LABEL_BYTES = 1024 * 1024;
