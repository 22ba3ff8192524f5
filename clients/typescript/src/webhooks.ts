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
const MOST_SIGNATURES = 20;
/** The shortest secret of Standard Webhooks: 192 bits. A shorter one is rather a part of a secret. */
const SHORTEST_SECRET = 24;

/**
 * Checks the signature and the age of a webhook (Standard Webhooks, version 1), and returns its content.
 *
 * @param body the body as it was received: a string or bytes, never a parsed object
 * @param secret `whsec_` and base64 of at least 24 bytes
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
  if (!bytes || bytes.length < SHORTEST_SECRET) {
    throw new TypeError("secret must be whsec_ and base64 of at least 24 bytes.");
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function header(headers: WebhookHeaders, name: string): string {
  const values: unknown[] =
    typeof headers.get === "function"
      ? [headers.get(name)]
      : Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? value : []));
  const [value] = values;
  // Fetch and Node join the values of a repeated header with a comma and a space.
  if (values.length !== 1 || typeof value !== "string" || value === "" || value.includes(", ")) {
    throw invalid(`The webhook must have one header ${name}.`);
  }
  return value;
}

function parsed<T>(content: Uint8Array): T {
  let event: unknown;
  try {
    event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    // Said below.
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw invalid("The body of the webhook is not a JSON object.");
  }
  return event as T;
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
