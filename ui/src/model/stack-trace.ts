/**
 * Stack traces of Node, Java, Python, Go and .NET taken apart, so that one's own frames stand out from the libraries'. In: the text
 * of exception.stacktrace; out: its lines, each with what it is. No line is lost or changed.
 */
export interface StackLine {
  readonly kind: "message" | "frame" | "library" | "cause";
  readonly text: string;
}

const FRAME =
  /^\s*(at |File "|\.\.\. \d+ (more|common)|goroutine \d+|from )|^\s+\S+\(.*\)\s*$|^\s+\/?\S+\.go:\d+|^\S+\(.*\)$/;
const CAUSE = /^\s*(Caused by:|Suppressed:|During handling of|The above exception|\[cause\]:|Traceback )/;
const LIBRARY = new RegExp(
  [
    String.raw`node_modules\/|node:internal|\(node:|<anonymous>|processTicksAndRejections`,
    String.raw`\bat (java|javax|jdk|sun|jakarta|kotlin|scala|org\.(springframework|apache|hibernate|eclipse|jboss)|io\.(netty|grpc|opentelemetry|quarkus|vertx)|com\.(zaxxer|fasterxml|google|sun)|reactor)[.\/]`,
    String.raw`site-packages\/|dist-packages\/|lib\/python\d|importlib`,
    String.raw`\/usr\/local\/go\/src|\/go\/pkg\/mod\/|runtime\.|net\/http\.`,
    String.raw`\bat (System|Microsoft)\.`,
    String.raw`^\s*\.\.\. \d+ (more|common)`,
  ].join("|"),
);

export function parseStackTrace(text: string): StackLine[] {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => ({ kind: kindOf(line), text: line.replace(/\t/g, "    ") }));
}

/** How many of one's own frames a stack has; with none, nothing is dimmed. */
export function countOwnFrames(lines: readonly StackLine[]): number {
  return lines.filter((line) => line.kind === "frame").length;
}

function kindOf(line: string): StackLine["kind"] {
  if (CAUSE.test(line)) return "cause";
  if (!FRAME.test(line)) return /^\s{4,}\S/.test(line) ? "frame" : "message";
  return LIBRARY.test(line) ? "library" : "frame";
}
