/** A real SMTP server for tests: keeps what it is sent, and refuses what it is told to. On an ephemeral port. */
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface SeenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly hello: string;
  readonly isSecure: boolean;
  readonly user: string | undefined;
  /** As it came. */
  readonly text: string;
  /** Of the head, names in lower case, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailServer {
  readonly port: number;
  readonly seen: SeenMail[];
  /** Of the next mails: a code to refuse with, or none. */
  refuse: (number: number) => number | undefined;
  close(): Promise<void>;
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const seen: SeenMail[] = [];
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 50,
    // Certificates are made for tests: what a client checks is its own matter.
    ...options,
    onAuth(auth, _session, callback) {
      const isRight =
        auth.username === "user" &&
        (auth.method === "CRAM-MD5" ? auth.validatePassword?.("s3cret-pass") : auth.password === "s3cret-pass");
      if (isRight) callback(null, { user: "user" });
      else callback(new Error("wrong user or password"));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const code = mail.refuse(++count);
        if (code !== undefined) return callback(Object.assign(new Error("not now"), { responseCode: code }));
        const text = Buffer.concat(chunks).toString("utf8");
        const { mailFrom, rcptTo } = session.envelope;
        seen.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          hello: session.hostNameAppearsAs,
          isSecure: session.secure,
          user: session.user || undefined,
          text,
          headers: headersOf(text),
        });
        callback();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const mail: MailServer = {
    port: (server.server.address() as AddressInfo).port,
    seen,
    refuse: () => undefined,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return mail;
}

function headersOf(text: string): Record<string, string> {
  const head = text.slice(0, text.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return Object.fromEntries(
    head.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** The decoded content of the parts of a mail, by content type; of nested ones too. */
export function partsOf(text: string): { type: string; head: string; content: Buffer }[] {
  const split = text.indexOf("\r\n\r\n");
  const head = text.slice(0, split).replace(/\r\n[ \t]+/g, " ");
  const body = text.slice(split + 4);
  const type = /^content-type: *([^;\r\n]+)/im.exec(head)?.[1] ?? "text/plain";
  const boundary = /boundary="?([^";\r\n]+)/i.exec(head)?.[1];
  if (boundary === undefined) {
    const encoding = /^content-transfer-encoding: *(\S+)/im.exec(head)?.[1]?.toLowerCase();
    const content =
      encoding === "base64"
        ? Buffer.from(body, "base64")
        : Buffer.from(encoding === "quoted-printable" ? fromQuotedPrintable(body) : body, "latin1");
    return [
      { type, head, content: encoding === "quoted-printable" || encoding === "base64" ? content : Buffer.from(body) },
    ];
  }
  return body
    .split(new RegExp(`--${boundary.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?:--)?\r?\n?`))
    .slice(1)
    .filter((part) => part.includes("\r\n\r\n"))
    .flatMap((part) => partsOf(part));
}

function fromQuotedPrintable(text: string): string {
  return text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
