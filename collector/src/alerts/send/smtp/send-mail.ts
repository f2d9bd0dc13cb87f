/** A mail to the server it is for, by SMTP: TLS as the configuration demands it, credentials, and what the server's answer means. */
import { messageOf } from "../../../base/errors.ts";
import type { Outcome } from "../../channels/channel.ts";
import type { MailMessage, MailServer } from "../../channels/email.ts";
import { tlsOptions } from "../http/tls-options.ts";
import type { SecretTools } from "../secret-tools.ts";

/** @throws Error when a file cannot be read */
export async function sendMail(
  message: MailMessage,
  server: MailServer,
  tools: SecretTools,
  timeoutMillis: number,
): Promise<Outcome> {
  const { createTransport } = await import("nodemailer");
  const { host, port, isImplicitTls, requiresTls, hello, user, password, cramSecret } = server;
  const secret = cramSecret ?? password;
  const transport = createTransport({
    host,
    port,
    secure: isImplicitTls,
    requireTLS: requiresTls && !isImplicitTls,
    name: hello,
    auth: secret === undefined ? undefined : { user, pass: secret },
    authMethod: cramSecret === undefined ? undefined : "CRAM-MD5",
    tls: { servername: isAddress(host) ? undefined : host, ...tlsOptions(server.tls, tools) },
    connectionTimeout: timeoutMillis,
    greetingTimeout: timeoutMillis,
    socketTimeout: timeoutMillis,
    dnsTimeout: timeoutMillis,
    // Nothing that a text names is opened: no file, no address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { rejected } = await transport.sendMail({
      from: message.from,
      to: message.shownTo,
      cc: message.shownCc,
      envelope: { from: message.from, to: [...message.to] },
      subject: message.subject,
      text: message.text,
      html: message.html,
      headers: { ...message.headers },
      references: message.references === undefined ? undefined : [...message.references],
      inReplyTo: message.references?.at(-1),
      attachments: message.pictures.map(({ cid, bytes, fileName }) => ({
        cid,
        filename: fileName,
        content: Buffer.from(bytes),
        contentType: "image/png",
        contentDisposition: "inline" as const,
      })),
    });
    // Some of several were taken: they must not get it again.
    return rejected.length < message.to.length || message.to.length === 0
      ? { kind: "sent" }
      : { kind: "permanent", message: `${host} takes none of ${message.to.join(", ")}` };
  } catch (error) {
    return judgeFailure(error, host);
  } finally {
    transport.close();
  }
}

/** 5xx is refused for good, except where it is about the login: that is mended in the configuration. 4xx and silence are tried again. */
function judgeFailure(error: unknown, host: string): Outcome {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  const message = `${host}: ${messageOf(error)}`;
  const isRefused = responseCode !== undefined && responseCode >= 500 && code !== "EAUTH" && code !== "ETLS";
  return isRefused ? { kind: "permanent", message } : { kind: "retry", afterMillis: undefined, message };
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}
