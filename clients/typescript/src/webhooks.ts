import { WearOnError } from "./errors.js";
import { bytesOf } from "./pictures.js";

/** An event that the service sends. `data` depends on the type. */
export interface WebhookEvent {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

export type WebhookHeaders = { get(name: string): string | null } | Record<string, string | string[] | undefined>;

/** Five minutes, as Standard Webhooks says. */
const TOLERANCE_SECONDS = 300;
/** A sender signs with its secret, and with the earlier one while that is rotated. */
const MOST_SIGNATURES = 10;

/**
 * Checks the signature and the age of a webhook (Standard Webhooks, version 1), and returns its content.
 *
 * @param body the body as it was received: a string or bytes, never a parsed object
 * @param secret `whsec_` and base64
 */
async function verify<T = WebhookEvent>(
  body: string | Uint8Array | ArrayBuffer,
  headers: WebhookHeaders,
  secret: string,
): Promise<T> {
  const key = await importedKey(secret);
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature");
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw invalid("The webhook is older than five minutes, or the clock of this machine is wrong.");
  }
  const content = typeof body === "string" ? new TextEncoder().encode(body) : bytesOf(body);
  if (!content) {
    throw new TypeError("body must be the received text or bytes: a parsed and printed body has other bytes.");
  }
  const prefix = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(prefix.length + content.length);
  signed.set(prefix);
  signed.set(content, prefix.length);
  for (const candidate of signatures.split(" ").slice(0, MOST_SIGNATURES)) {
    const signature = candidate.startsWith("v1,") ? decoded(candidate.slice(3)) : undefined;
    // WebCrypto compares in constant time.
    if (signature && (await crypto.subtle.verify("HMAC", key, signature, signed))) {
      return parsed<T>(content);
    }
  }
  throw invalid("No signature of the webhook matches the body and the secret.");
}

async function importedKey(secret: string): Promise<CryptoKey> {
  const bytes = typeof secret === "string" ? decoded(secret.replace(/^whsec_/, "")) : undefined;
  if (!bytes || bytes.length === 0) {
    throw new TypeError("secret must be whsec_ and base64.");
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function header(headers: WebhookHeaders, name: string): string {
  const value =
    typeof headers.get === "function"
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const single = Array.isArray(value) ? value[0] : value;
  if (typeof single !== "string" || single === "") {
    throw invalid(`The header ${name} is missing.`);
  }
  return single;
}

function parsed<T>(content: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content)) as T;
  } catch {
    throw invalid("The body of the webhook is not JSON.");
  }
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function invalid(message: string): WearOnError {
  return new WearOnError("WEBHOOK_INVALID", message);
}

export const webhooks = { verify };
