import { WearOnError } from "./errors.js";

/** The largest body that the API sends is a page of transactions, with less than a tenth of this. */
const LARGEST_BODY = 1024 * 1024;

interface Refused {
  code?: unknown;
  message?: unknown;
  details?: unknown;
}

/** Reads a body of text. */
export async function text(response: Response): Promise<string> {
  return new TextDecoder().decode(await bytes(response, LARGEST_BODY));
}

/** Reads a body. It is bounded, because the address may be that of another server. */
export async function bytes(response: Response, largest: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader?.();
  if (!reader) {
    return new Uint8Array(await response.arrayBuffer());
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) {
      return new Uint8Array(await new Blob(parts).arrayBuffer());
    }
    size += value.byteLength;
    if (size > largest) {
      await reader.cancel();
      throw unexpected("The response is too large for one of the WearOn API. Check baseUrl.", response);
    }
    parts.push(value as Uint8Array<ArrayBuffer>);
  }
}

/** The error of a response that is not one of the API. */
export function unexpected(message: string, { status, headers }: Pick<Response, "status" | "headers">): WearOnError {
  return new WearOnError("UNEXPECTED_RESPONSE", message, { status, requestId: headers.get("X-Request-Id") ?? undefined });
}

/** The error of a response that is not 2xx, with or without the envelope. */
export function refusal(response: Response, body: string, apiKey: string): WearOnError {
  const { code, message, details } = parsed(body)?.error ?? ({} as Refused);
  const facts = {
    status: response.status,
    requestId: response.headers.get("X-Request-Id") ?? undefined,
    retryAfter: seconds(response.headers.get("Retry-After")),
    sessionId: response.headers.get("X-Session-Id") ?? undefined,
    details,
  };
  return typeof code === "string" && typeof message === "string"
    ? // A server that repeats the headers of the request must not bring the key into a log.
      new WearOnError(code, message.replaceAll(apiKey, "wk_…"), facts)
    : // A server or a proxy before the service. A browser hides the status of a redirect.
      new WearOnError("UNEXPECTED_RESPONSE", `The response has the status ${response.status}.`, facts);
}

/** The content of a body, or undefined if it is not JSON. */
export function parsed(body: string): { data?: unknown; error?: Refused | null; size?: unknown } | null | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds: a number, or a date. */
function seconds(value: string | null): number | undefined {
  if (value === null) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(value.trim())) {
    return Number(value);
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
