import { WearOnConnectionError, WearOnError, WearOnTimeoutError, withFacts } from "./errors.js";
import { EventReader, type ServerEvent } from "./events.js";
import { Limit, within } from "./limit.js";
import type { PictureFile } from "./pictures.js";
import { bytes, parsed, refusal, text, unexpected } from "./responses.js";
import type { CallOptions, Fetch } from "./types.js";

/** One call with all its repeats. A call that the limit of a minute refuses can wait for the next minute. */
const CALL_TIMEOUT = 90_000;
/** One attempt; the service itself gives up earlier. A connection that hangs is then tried again. */
const ATTEMPT_TIMEOUT = 30_000;
/** The service cuts an upload after this time. */
export const UPLOAD_TIMEOUT = 300_000;
/** A stream has a heartbeat of 15 seconds. Nothing arrives through a proxy that keeps back what it should pass on. */
const SILENCE = 20_000;
/** A picture that the service makes has a tenth of this. */
const LARGEST_PICTURE = 32 * 1024 * 1024;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

/** What the client is made with. */
export interface WearOnOptions {
  apiKey: string;
  baseUrl: string;
  fetch?: Fetch;
  /** Milliseconds for a call with all its repeats and pauses: 90,000, for an upload 300,000. */
  timeout?: number;
  /** How often a call is repeated at most: 2. */
  maxRetries?: number;
}

export interface Call extends CallOptions {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string | undefined>;
  body?: unknown;
  /** Instead of `maxRetries`. */
  retries?: number;
}

export interface Answer<T> {
  data: T;
  response: Response;
}

/** Sends requests, and repeats them where that is safe. Every request of this client is: a create carries a key. */
export class Transport {
  readonly #apiKey: string;
  readonly #base: string;
  readonly #fetch: Fetch;
  readonly #timeout: number | undefined;
  readonly maxRetries: number;

  constructor(settings: WearOnOptions) {
    this.#apiKey = checkedKey(settings.apiKey);
    this.#base = checkedBase(settings.baseUrl);
    // In a browser `fetch` refuses to run as a method of another object.
    this.#fetch = settings.fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.#timeout = settings.timeout;
    this.maxRetries = settings.maxRetries ?? 2;
    if (!Number.isInteger(this.maxRetries) || this.maxRetries < 0) {
      throw new TypeError("maxRetries must be a whole number, 0 or more.");
    }
  }

  /** Calls the API, and takes the data out of the envelope. */
  async call<T>(call: Call): Promise<Answer<T>> {
    const url = this.#base + call.path + queryOf(call.query ?? {});
    const headers = known({
      Authorization: `Bearer ${this.#apiKey}`,
      Accept: "application/json",
      "Content-Type": call.body === undefined ? undefined : "application/json",
      ...call.headers,
    });
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return within(call.timeout ?? this.#timeout ?? CALL_TIMEOUT, call.signal, (limit) =>
      this.#repeat(limit, call.retries ?? this.maxRetries, () =>
        this.#attempt(url, { method: call.method, headers, body }, limit, ATTEMPT_TIMEOUT, envelope<T>),
      ),
    );
  }

  /** Opens a stream of events, once. Undefined if there is no event after that id. It ends when the server ends it. */
  async stream(path: string, lastEventId: string | undefined, outer: Limit): Promise<AsyncGenerator<ServerEvent> | undefined> {
    const limit = new Limit(SILENCE, outer.signal);
    try {
      const headers = known({
        Authorization: `Bearer ${this.#apiKey}`,
        Accept: "text/event-stream",
        "Last-Event-ID": lastEventId,
      });
      const response = await this.#fetch(this.#base + path, { headers, redirect: "manual", signal: limit.signal });
      if (!response.ok) {
        throw refusal(response, await text(response), this.#apiKey);
      }
      if (response.status === 204) {
        limit.close();
        return undefined;
      }
      const reader = response.body?.getReader?.();
      if (!reader || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        throw unexpected("The response is no stream of events. Check baseUrl.", response);
      }
      return events(response, reader, limit);
    } catch (error) {
      throw failed(error, limit);
    }
  }

  /** Sends a picture to its signed URL, without the key. A repeat of the same bytes is stored once. */
  async upload(url: string, headers: Record<string, string>, { body, size }: PictureFile, options: CallOptions) {
    const timeout = options.timeout ?? this.#timeout ?? UPLOAD_TIMEOUT;
    return within(timeout, options.signal, (limit) =>
      this.#repeat(limit, this.maxRetries, () =>
        this.#attempt(url, { method: "PUT", headers, body: body as BodyInit }, limit, UPLOAD_TIMEOUT, async (response) => {
          // Another server, such as the login page of a network, may say 200 to everything.
          if (parsed(await text(response))?.size !== size) {
            throw unexpected("The response does not say that the picture is stored.", response);
          }
        }),
      ),
    );
  }

  /** Reads a picture from its signed URL, without the key. */
  async download(url: string, options: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    return within(options.timeout ?? this.#timeout ?? CALL_TIMEOUT, options.signal, (limit) =>
      this.#repeat(limit, this.maxRetries, () =>
        this.#attempt(url, { method: "GET" }, limit, CALL_TIMEOUT, (response) => bytes(response, LARGEST_PICTURE)),
      ),
    );
  }

  async #attempt<T>(
    url: string,
    init: RequestInit,
    limit: Limit,
    longest: number,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    return within(longest, limit.signal, async (attempt) => {
      try {
        // A redirect would turn a POST into a GET. It is an error, and its status says so.
        const response = await this.#fetch(url, { ...init, redirect: "manual", signal: attempt.signal });
        if (!response.ok) {
          throw refusal(response, await text(response), this.#apiKey);
        }
        return await read(response);
      } catch (error) {
        attempt.check();
        throw error instanceof WearOnError ? error : new WearOnConnectionError(error);
      }
    });
  }

  async #repeat<T>(limit: Limit, retries: number, attempt: () => Promise<T>): Promise<T> {
    const failures: WearOnError[] = [];
    try {
      for (;;) {
        try {
          return await attempt();
        } catch (error) {
          limit.check();
          const pause = pauseBefore(error as WearOnError, failures.length);
          // A pause that the call does not outlive only delays the same error.
          if (failures.push(error as WearOnError) > retries || pause === undefined || pause >= limit.remaining) {
            throw error;
          }
          await limit.pause(pause);
        }
      }
    } catch (last) {
      throw outcome(last as WearOnError, failures);
    }
  }
}

/**
 * The error of a call with repeats. A repeat that is refused at the door, that a proxy answers, or that comes too late, does not
 * say what became of an earlier attempt: that one may be charged, so its error is the one of the call.
 */
function outcome(last: WearOnError, failures: WearOnError[]): WearOnError {
  const hides =
    last instanceof WearOnTimeoutError ||
    last.code === "UNEXPECTED_RESPONSE" ||
    [401, 403, 408, 429].includes(last.status ?? 0);
  const error = (hides && failures.filter(isUnclear).pop()) || last;
  if (last.retryAfter !== undefined) {
    Object.assign(error, { retryAfter: last.retryAfter });
  }
  failures.forEach(({ sessionId }) => withFacts(error, { sessionId }));
  return error;
}

/** Whether the service may have carried out the request: there was no response, or a fault. */
export function isUnclear(error: WearOnError): boolean {
  return error.status === undefined
    ? error instanceof WearOnConnectionError || error instanceof WearOnTimeoutError
    : error.status >= 500;
}

/** Milliseconds until the next attempt, or undefined if a repeat cannot pass. */
function pauseBefore(error: WearOnError, repeats: number): number | undefined {
  return isPassing(error, repeats) ? pauseAfter(error, repeats) : undefined;
}

/** Milliseconds until the next attempt. */
export function pauseAfter(error: WearOnError, repeats: number): number {
  if (error.retryAfter !== undefined) {
    return error.retryAfter * 1000 + Math.random() * 250;
  }
  return Math.min(FIRST_PAUSE * 2 ** repeats, LONGEST_PAUSE) * (0.75 + Math.random() * 0.5);
}

function isPassing(error: WearOnError, repeats: number): boolean {
  switch (error.status) {
    case undefined:
      return isUnclear(error);
    case 409:
      return error.code === "REQUEST_IN_PROGRESS";
    case 500:
      // The contract: repeat once, then report it.
      return repeats === 0;
    case 503:
      // The service names no time if waiting does not help. A proxy before it often names none.
      return error.retryAfter !== undefined || error.code === "UNEXPECTED_RESPONSE";
    default:
      return [408, 429, 502, 504].includes(error.status);
  }
}

async function envelope<T>(response: Response): Promise<Answer<T>> {
  const data = parsed(await text(response))?.data;
  if (typeof data === "object" && data !== null) {
    return { data: data as T, response };
  }
  throw unexpected("The response is not one of the WearOn API. Check baseUrl.", response);
}

async function* events(
  response: Response,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: Limit,
): AsyncGenerator<ServerEvent> {
  try {
    const parser = new EventReader(response);
    for (;;) {
      limit.restart(SILENCE);
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield* parser.read(value);
    }
  } catch (error) {
    throw failed(error, limit);
  } finally {
    limit.close();
  }
}

/** The error of a stream, which ends with it. */
function failed(error: unknown, limit: Limit): unknown {
  const fault = error instanceof WearOnError ? error : new WearOnConnectionError(error);
  const reason: unknown = limit.signal.aborted ? limit.signal.reason : fault;
  limit.close();
  return reason;
}

function known(values: Record<string, string | number | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([n, v]) => (v === undefined ? [] : [[n, String(v)]])));
}

function queryOf(values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams(known(values)).toString();
  return query === "" ? "" : `?${query}`;
}

/** `fetch` would name a wrong key in its error. */
function checkedKey(key: unknown): string {
  const trimmed = typeof key === "string" ? key.trim() : "";
  if (!/^[!-~]{1,512}$/.test(trimmed)) {
    throw new TypeError("apiKey must be an API key: wk_ and 32 hex digits.");
  }
  return trimmed;
}

function checkedBase(base: string): string {
  try {
    const url = new URL(base);
    if (/^https?:$/.test(url.protocol) && !url.username && !url.password) {
      return url.origin + url.pathname.replace(/\/+$/, "");
    }
  } catch {
    // Said below.
  }
  throw new TypeError("baseUrl must be the address of the gateway, like https://wearon.example.com.");
}
