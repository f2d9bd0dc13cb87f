/** multipart/form-data (RFC 7578) of a few parts that lie in memory: a message with its picture. */
import { createHash } from "node:crypto";

export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly contentType?: string;
  readonly content: string | Uint8Array;
}

export interface Multipart {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The same parts give the same bytes: the boundary is a digest of them, so it stands in none. Names are plain ASCII without quotes. */
export function encodeMultipart(parts: readonly FormPart[]): Multipart {
  const digest = createHash("sha256");
  for (const { content } of parts) digest.update(content);
  const boundary = `goldspan-${digest.digest("hex").slice(0, 32)}`;
  const chunks = parts.flatMap(({ name, fileName, contentType, content }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${fileName === undefined ? "" : `; filename="${fileName}"`}\r\n` +
        `${contentType === undefined ? "" : `content-type: ${contentType}\r\n`}\r\n`,
    ),
    typeof content === "string" ? Buffer.from(content) : content,
    Buffer.from("\r\n"),
  ]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
