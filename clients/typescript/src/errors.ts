import type { ErrorCode, FailedGeneration, FailureCode, UploadedPictures } from "./types.js";

/** What a refusal or a fault is known by. */
export interface ErrorFacts {
  status?: number;
  requestId?: string;
  retryAfter?: number;
  sessionId?: string;
  idempotencyKey?: string;
  details?: unknown;
  cause?: unknown;
}

/** Every error of this client. It never contains the API key, a signed URL or an e-mail address. */
export class WearOnError extends Error {
  static {
    this.prototype.name = "WearOnError";
  }

  /** For programs. The codes of the service are in its `docs/errors.md`. */
  readonly code: ErrorCode;
  /** The status of the response. Undefined if there was none. */
  declare readonly status?: number;
  /** The id of the request in the logs of the service. Quote it when you ask for help. */
  declare readonly requestId?: string;
  /** Seconds after which a repeat can pass. */
  declare readonly retryAfter?: number;
  /** The generation that exists, or may exist: read it with `generations.get`. */
  declare readonly sessionId?: string;
  /** The key of the create. A repeat with the same key and pictures is charged once. */
  declare readonly idempotencyKey?: string;
  /** The uploads of a `tryOn` that has failed later: the pictures of a repeat. No output of the error shows them. */
  declare readonly pictures?: UploadedPictures;
  /** More about the refusal, if the service sends it. */
  declare readonly details?: unknown;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    const { cause, ...known } = facts;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    withFacts(this, known);
  }
}

/** There was no response: no connection, or it broke. In a browser also a refusal that the page may not read. */
export class WearOnConnectionError extends WearOnError {
  static {
    this.prototype.name = "WearOnConnectionError";
  }

  constructor(cause: unknown) {
    super(
      "CONNECTION_FAILED",
      "The service did not respond. Check baseUrl and the network; in a browser also that the key allows the origin of the page.",
      { cause },
    );
  }
}

/** The time of the call is over. */
export class WearOnTimeoutError extends WearOnError {
  static {
    this.prototype.name = "WearOnTimeoutError";
  }

  constructor(milliseconds: number) {
    super("TIMEOUT", `The call did not end within ${milliseconds} ms.`);
  }
}

/** The signal of the caller ended the call. Its name is that of every abort in JavaScript. */
export class WearOnAbortError extends WearOnError {
  static {
    this.prototype.name = "AbortError";
  }

  constructor(cause: unknown) {
    super("ABORTED", "The call was aborted.", { cause });
  }
}

/** The try-on has failed. The message is for the shopper. */
export class GenerationFailedError extends WearOnError {
  static {
    this.prototype.name = "GenerationFailedError";
  }

  declare readonly code: FailureCode | (string & {});
  declare readonly sessionId: string;
  readonly generation: FailedGeneration;
  /** The credits that have come back so far. They follow the failure within moments. */
  readonly creditsRefunded: number;

  constructor(generation: FailedGeneration) {
    super(generation.error_code ?? "INTERNAL", generation.error_message ?? "The try-on failed.", {
      sessionId: generation.session_id,
      requestId: generation.request_id ?? undefined,
    });
    this.generation = generation;
    this.creditsRefunded = generation.credits_refunded;
  }
}

/** Adds the pictures to an error, but not to its text or JSON: their URLs are those of a person. */
export function withPictures(error: unknown, value: UploadedPictures): unknown {
  return error instanceof WearOnError ? Object.defineProperty(error, "pictures", { value, configurable: true }) : error;
}

/** Adds to an error what only the caller of the failed request knows. */
export function withFacts(error: unknown, facts: Omit<ErrorFacts, "cause">): unknown {
  if (error instanceof WearOnError) {
    const known = Object.entries(facts).filter(([name, value]) => value !== undefined && !(name in error));
    Object.assign(error, Object.fromEntries(known));
  }
  return error;
}
