/**
 * Stack traces as text -> frames, the place of the throw first: of JavaScript, Java and other languages of the JVM, Python, Go, .NET, Ruby
 * and PHP. Lines that are no frames (messages, source lines, "12 more") are passed over. In: the text an SDK sends; out: what tells places apart:
 * functions and files, without lines, columns, addresses and numbers that a compiler makes up.
 */

export interface Frame {
  /** "" where there is none. */
  readonly function: string;
  /** Last part of the file's path; "" where it is not told. */
  readonly file: string;
  /** Code of the application, and none of a runtime or a library, as far as that can be seen. */
  readonly isOwn: boolean;
}

/** Of a trace: deep recursion tells nobody more. */
const MOST_FRAMES = 100;
const MOST_CHARACTERS = 32_768;
/** A longer one is no frame: what is tried on each line stays cheap. */
const LONGEST_LINE = 1000;

type Parse = (line: string, next: string) => Frame | undefined;

/** Of the first trace in the text: causes that follow are not taken in. */
export function parseFrames(stack: string): Frame[] {
  const lines = stack.slice(0, MOST_CHARACTERS).split("\n");
  // Python tells the latest call last.
  const isPython = lines.some((line) => line.startsWith("Traceback (most recent call last)") || PYTHON.test(line));
  const parse = isPython ? python : lines.some((line) => GO_FILE.test(line)) ? go : anyOther;
  const frames: Frame[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (frames.length > 0 && isNextTrace(lines[i], isPython)) {
      // Python's first traces are the causes of the last one.
      if (!isPython) break;
      frames.length = 0;
    }
    const frame = parse(lines[i], lines[i + 1] ?? "");
    if (frame) frames.push(frame);
  }
  return (isPython ? frames.toReversed() : frames).slice(0, MOST_FRAMES);
}

function isNextTrace(line: string, isPython: boolean): boolean {
  if (isPython) return line.startsWith("Traceback (most recent call last)");
  return /^\s*(Caused by: |Suppressed: |--- End of inner exception|goroutine \d|\[cause\]: |Next )/.test(line);
}

const PYTHON = /^\s*File "(.+)", line \d+(?:, in (.+?))?\s*$/;
const python: Parse = (line) => {
  const found = line.length > LONGEST_LINE ? null : PYTHON.exec(line);
  if (!found) return undefined;
  const [, path, name = ""] = found;
  return frame(name, path, !/site-packages|dist-packages|[\\/]lib[\\/]python\d|^<frozen/.test(path));
};

const GO_FILE = /^\t(\/?\S.*\.(?:go|s)):\d+(?: \+0x[0-9a-f]+)?\s*$/;
const go: Parse = (line, next) => {
  const file = next.length > LONGEST_LINE ? null : GO_FILE.exec(next);
  if (!file || line.length > LONGEST_LINE) return undefined;
  const [, path] = file;
  const name = line
    .replace(/^created by /, "")
    .replace(/ in goroutine \d+$/, "")
    .replace(/\([^()]*\)\s*$/, "");
  // What panics passes through, and modules that were downloaded.
  const isLibrary =
    /^(runtime|net|net\/http|testing|reflect|internal|sync|panic|main\.init)\b[./(]|^panic\(|^runtime\./.test(name);
  return frame(name, path, !isLibrary && !/\/pkg\/mod\/|\/go\/src\/|\/usr\/lib\/go|\/vendor\//.test(path));
};

const anyOther: Parse = (line) => {
  if (line.length > LONGEST_LINE) return undefined;
  // Node's inspect goes on behind the last frame with the error's own members.
  const text = line.trim().replace(/ \{$/, "");
  if (text.startsWith("at ")) return java(text) ?? dotnet(text) ?? v8(text);
  return text.startsWith("#") ? php(text) : (ruby(text) ?? gecko(text));
};

const JAVA_SOURCE =
  /^(?:[\w$-]+\.(?:java|kt|kts|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source|<generated>|SourceFile(?::\d+)?)$/;
const JAVA_LIBRARIES =
  /^(java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|akka|play|reactor|rx|io\.(netty|grpc|vertx|micrometer|quarkus|micronaut|opentelemetry|undertow)|org\.(springframework|apache|hibernate|eclipse|jboss|junit|mockito|gradle|postgresql|slf4j|codehaus)|com\.(google|fasterxml|zaxxer|mysql|netflix|squareup)|ch\.qos|okhttp3|retrofit2|lombok)\./;

/** `at java.base/java.lang.Thread.run(Thread.java:829)` */
function java(text: string): Frame | undefined {
  const open = text.lastIndexOf("(");
  const source = text.slice(open + 1, -1);
  if (open < 0 || !text.endsWith(")") || !JAVA_SOURCE.test(source)) return undefined;
  const path = text.slice(3, open);
  const name = path.slice(Math.max(0, path.indexOf("/") < 0 ? 0 : slashOfModule(path) + 1));
  if (!name.includes(".") || name.includes(" ")) return undefined;
  const file = /^[\w$-]+\.[a-z]+/.exec(source)?.[0] ?? "";
  return frame(name, file, !JAVA_LIBRARIES.test(name));
}

/** Loader and module stand before the class: `app//com.acme.Shop`; a slash behind a $$ is a hidden class's. */
function slashOfModule(path: string): number {
  const dollars = path.indexOf("$$");
  return path.lastIndexOf("/", dollars < 0 ? path.length : dollars);
}

/** `at Acme.Shop.Cart.Add(String item) in /src/Cart.cs:line 42` */
function dotnet(text: string): Frame | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const name = text.slice(3, open);
  if (open < 0 || close < open || !/^[\w.<>`+[\],|$&*]+$/.test(name) || !name.includes(".")) return undefined;
  const rest = text.slice(close + 1);
  const path = /^ in (.+):line \d+$/.exec(rest)?.[1] ?? "";
  if (rest !== "" && path === "") return undefined;
  const isOwn = !/^(System|Microsoft|MS|Newtonsoft|Npgsql|Grpc|OpenTelemetry)\./.test(name);
  return frame(name.replace(/<(\w+)>d__\d+\.MoveNext$/, "$1"), path, isOwn);
}

/** `at async Cart.add (file:///app/cart.js:10:5)`, `at /app/cart.js:10:5` */
function v8(text: string): Frame | undefined {
  const open = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
  const name = open < 0 ? "" : text.slice(3, open);
  const place = open < 0 ? text.slice(3) : text.slice(open + 2, -1);
  return ofScript(name.replace(/^(?:(?:async|new) )+/, ""), place.replace(/^async /, ""));
}

/** `add@https://shop.example/cart.js:10:5` */
function gecko(text: string): Frame | undefined {
  const at = text.indexOf("@");
  const place = text.slice(at + 1);
  return at >= 0 && /^(?:[\w-]+:|\/)/.test(place) ? ofScript(text.slice(0, at), place) : undefined;
}

function ofScript(name: string, place: string): Frame | undefined {
  const line = /(?::\d+){1,2}$/.exec(place);
  const path = line ? place.slice(0, line.index) : place;
  if (!line && path !== "<anonymous>" && path !== "native") return undefined;
  const isLibrary =
    /node_modules|^node:|^internal[\\/]|^<anonymous>$|^native$|[\\/]webpack[\\/]|^(?:chrome|moz|safari-web)-extension:/.test(
      path,
    );
  return frame(name, path, !isLibrary);
}

/** `#0 /app/cart.php(42): Cart->add()` */
function php(text: string): Frame | undefined {
  const found = /^#\d+ /.exec(text);
  if (!found) return undefined;
  const rest = text.slice(found[0].length);
  if (rest.startsWith("[internal function]: ")) return frame(withoutArguments(rest.slice(21)), "", false);
  const end = /\(\d+\): /.exec(rest);
  if (!end) return undefined;
  const path = rest.slice(0, end.index);
  return frame(withoutArguments(rest.slice(end.index + end[0].length)), path, !/[\\/]vendor[\\/]/.test(path));
}

function withoutArguments(call: string): string {
  const open = call.indexOf("(");
  return open < 0 ? call : call.slice(0, open);
}

/** `/app/cart.rb:10:in 'Cart#add'` */
function ruby(text: string): Frame | undefined {
  const found = /:\d+:in [`']/.exec(text);
  if (!found) return undefined;
  const path = text.slice(0, found.index).replace(/^from /, "");
  const name = text.slice(found.index + found[0].length);
  const end = name.indexOf("'");
  const isOwn = !/[\\/]gems[\\/]|[\\/]lib[\\/]ruby[\\/]|^<internal:/.test(path);
  const inner = (end < 0 ? name : name.slice(0, end)).replace(/^(?:block|rescue|ensure)(?: \(\d+ levels\))? in /, "");
  return frame(inner, path, isOwn);
}

function frame(name: string, path: string, isOwn: boolean): Frame {
  const base = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/[?#].*$/, "");
  return { function: withoutMadeUp(name.trim().slice(0, 300)), file: withoutMadeUp(base.slice(0, 200)), isOwn };
}

/** Numbers and hashes of names that compilers, proxies and bundlers make up. */
function withoutMadeUp(name: string): string {
  return name
    .replace(/0x[0-9a-f]+|(?<=[.-])[0-9a-f]{6,}(?=[.-]|$)/gi, "#")
    .replace(/(?<=\$|__|lambda|Proxy|anonymous|func|Accessor|class)\d+/gi, "#")
    .replace(/(?<=\$\$)\w*?(CGLIB|Lambda|FastClass)\w*(\$\$[0-9a-f#]+)?(\/[\w#]+)?/g, "$1");
}
