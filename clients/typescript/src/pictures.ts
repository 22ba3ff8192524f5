import { WearOnError } from "./errors.js";

/** The bytes of a picture, or the `image_url` of an upload. */
export type Picture = PictureBytes | string | URL;
/** A `File` is a `Blob`, a `Buffer` is a `Uint8Array`. */
export type PictureBytes = Blob | ArrayBuffer | Uint8Array;

/** The largest upload of the contract. */
export const LARGEST_PICTURE = 10 * 1024 * 1024;

/** A picture that can be sent. */
export interface PictureFile {
  body: Blob | Uint8Array;
  size: number;
  contentType: string;
  /** Says the role and the type. The name that the file has on a shopper's phone is nobody's business. */
  name: string;
}

/** Finds the type from the first bytes. A name or a declared type is often wrong. */
export async function fileOf(picture: PictureBytes, role: string): Promise<PictureFile> {
  const bytes = bytesOf(picture);
  const body = bytes ?? (picture as Blob);
  const size = bytes?.byteLength ?? (picture as Blob | undefined)?.size;
  if (typeof size !== "number") {
    throw new WearOnError("VALIDATION_ERROR", `${role} must be a Blob, a File, an ArrayBuffer or a Uint8Array.`);
  }
  if (size > LARGEST_PICTURE) {
    throw new WearOnError("PAYLOAD_TOO_LARGE", `${role} has ${size} bytes; a picture may have ${LARGEST_PICTURE}.`);
  }
  const head = bytes?.subarray(0, 12) ?? new Uint8Array(await (picture as Blob).slice(0, 12).arrayBuffer());
  const type = typeOf(String.fromCharCode(...head));
  return { body, size, contentType: `image/${type}`, name: `${role}.${type}` };
}

/** The bytes of a buffer, or undefined. `instanceof` fails for buffers of another realm, as in some test runners. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]" ? new Uint8Array(value as ArrayBuffer) : undefined;
}

/** The URL of an uploaded picture. A path on the disk is a common mistake. */
export function isUploaded(picture: Picture, role: string): picture is string | URL {
  if (typeof picture !== "string" && !(picture instanceof URL)) {
    return false;
  }
  if (!/^https?:\/\//i.test(String(picture))) {
    throw new WearOnError(
      "VALIDATION_ERROR",
      `${role} must be the bytes of a picture or the image_url of an upload. Read a file with fs.readFile or fs.openAsBlob.`,
    );
  }
  return true;
}

/** The types that the service takes, and those for which it can say more than "unknown". */
function typeOf(head: string): string {
  if (head.startsWith("\xff\xd8\xff")) {
    return "jpeg";
  }
  if (head.startsWith("\x89PNG")) {
    return "png";
  }
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
    return "webp";
  }
  if (head.startsWith("GIF8")) {
    return "gif";
  }
  if (head.startsWith("ftyp", 4)) {
    return head.startsWith("avi", 8) ? "avif" : "heic";
  }
  return "unknown";
}
