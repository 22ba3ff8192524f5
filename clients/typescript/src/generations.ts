import { GenerationFailedError, WearOnConnectionError, WearOnError, WearOnTimeoutError, withFacts } from "./errors.js";
import { Limit, within } from "./limit.js";
import { entries, moment, type PageOptions } from "./pages.js";
import { isUploaded } from "./pictures.js";
import { parsed, unexpected } from "./responses.js";
import { isUnclear, pauseAfter, type Transport } from "./transport.js";
import type {
  CallOptions,
  CompletedGeneration,
  FailedGeneration,
  FailureCode,
  Generation,
  GenerationOptions,
  GenerationPage,
  GenerationStatus,
  ListedGeneration,
  Receipt,
  Usage,
} from "./types.js";

/** The service ends every try-on within ten minutes. */
export const WAIT_TIMEOUT = 660_000;
const FIRST_READ = 500;
const SLOWEST_READ = 3_000;
/** How often a failed generation is read again, because its credit is not back. */
const REFUND_READS = 3;

const UUID = /^[0-9a-f-]{36}$/i;

/** A create, by the URLs of uploaded pictures. */
export interface CreateOptions extends GenerationOptions {
  /** The `image_url` of an upload: the person who tries on. */
  person: string | URL;
  /** The `image_url` of an upload: what the person tries on. */
  garment: string | URL;
  /** Up to eight more. */
  accessories?: (string | URL)[];
}

export interface WaitOptions extends CallOptions {
  /** Called with each new status. */
  onStatus?: (status: GenerationStatus) => void;
}

export interface ReadOptions extends CallOptions {
  /** 1 to 25 seconds: the answer comes when the try-on has ended, or after this time. */
  wait?: number;
}

export interface EventOptions extends CallOptions {
  /** The `version` of a state that is known. The states begin after it. */
  after?: number;
}

/** Which generations a list has. */
export interface ListOptions extends PageOptions {
  status?: GenerationStatus;
  /** Those that failed with this code. */
  errorCode?: FailureCode;
  /** The first and the last moment of the create, both included: a date, which means the whole day in UTC, or a timestamp. */
  createdFrom?: string | Date;
  createdTo?: string | Date;
  /** Those of one shopper. */
  shopperEmail?: string;
}

/** Which usage is read. */
export interface UsageOptions extends CallOptions {
  /** A moment in the first and in the last bucket: a date, which means the whole day in UTC, or a timestamp. */
  from: string | Date;
  to: string | Date;
  /** What an entry sums: an hour or a day of UTC; a day if not given. At most 744 hours or 400 days. */
  bucket?: Usage["bucket"];
  /** Whether a bucket has an entry for each outcome or for each API key; for each outcome if not given. */
  by?: Usage["by"];
}

/** A generation that was created. */
export interface GenerationHandle {
  /** Keep it: `generations.wait(id)` continues a wait, also in another process. */
  readonly id: string;
  /** The status at the create. */
  readonly status: GenerationStatus;
  /** Whether an earlier request with this key had created it. */
  readonly replayed: boolean;
  readonly idempotencyKey: string;
  get(options?: ReadOptions): Promise<Generation>;
  events(options?: EventOptions): AsyncGenerator<Generation, void, undefined>;
  wait(options?: WaitOptions): Promise<CompletedGeneration>;
  cancel(options?: CallOptions): Promise<Generation>;
}

export class Generations {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts a try-on. It is charged once, however often the request is repeated. */
  async create(options: CreateOptions): Promise<GenerationHandle> {
    const key = options.idempotencyKey ?? newKey();
    const { data, response } = await this.#create(options, key).catch((error: unknown) => {
      throw withFacts(error, { idempotencyKey: key });
    });
    const id = data.session_id;
    return {
      id,
      status: data.status,
      replayed: response.headers.get("Idempotency-Replayed") === "true",
      idempotencyKey: key,
      get: (callOptions) => this.get(id, callOptions),
      events: (eventOptions) => this.events(id, eventOptions),
      wait: (waitOptions) => this.wait(id, waitOptions),
      cancel: (callOptions) => this.cancel(id, callOptions),
    };
  }

  /** Reads a try-on. A failed one is no error here. */
  async get(id: string, options: ReadOptions = {}): Promise<Generation> {
    return this.#read(id, options, this.#transport.maxRetries);
  }

  /** Ends a try-on that is not finished; its credit comes back. A finished one stays as it is. */
  async cancel(id: string, options: CallOptions = {}): Promise<Generation> {
    checkId(id);
    const { data } = await this.#transport.call<Generation>({
      ...options,
      method: "POST",
      path: `/api/v1/generation/${id}/cancel`,
    });
    return data;
  }

  /** What a try-on cost, computed from the ledger at this call. */
  async receipt(id: string, options: CallOptions = {}): Promise<Receipt> {
    checkId(id);
    const { data } = await this.#transport.call<Receipt>({
      ...options,
      method: "GET",
      path: `/api/v1/generation/${id}/receipt`,
    });
    return data;
  }

  /** Try-ons, newest first, without their pictures. Reads the next page when it is needed. */
  list(options: ListOptions = {}): AsyncGenerator<ListedGeneration, void, undefined> {
    return entries(
      options.cursor,
      (cursor) => this.listPage({ ...options, cursor }),
      (page) => page.generations,
    );
  }

  /** One page of them. */
  async listPage(options: ListOptions = {}): Promise<GenerationPage> {
    const { status, errorCode, createdFrom, createdTo, shopperEmail, limit, cursor, ...callOptions } = options;
    const { data } = await this.#transport.call<GenerationPage>({
      ...callOptions,
      method: "GET",
      path: "/api/v1/generation",
      headers: { "x-shopper-email": shopper(shopperEmail) },
      query: {
        status,
        error_code: errorCode,
        created_from: moment(createdFrom),
        created_to: moment(createdTo),
        limit,
        cursor,
      },
    });
    return data;
  }

  /** What the ended try-ons of the store used. A bucket without one has no entry. */
  async usage({ from, to, bucket, by, ...options }: UsageOptions): Promise<Usage> {
    const { data } = await this.#transport.call<Usage>({
      ...options,
      method: "GET",
      path: "/api/v1/usage",
      query: { from: moment(from), to: moment(to), bucket, by },
    });
    return data;
  }

  /**
   * The present state of a try-on, and then each new one, up to the last. A failed try-on is no error here. It connects again
   * when a connection breaks. States have no `generated_image_url`; `get` has it.
   */
  async *events(id: string, { after, signal, timeout }: EventOptions = {}): AsyncGenerator<Generation, void, undefined> {
    checkId(id);
    const limit = new Limit(timeout ?? WAIT_TIMEOUT, signal);
    try {
      yield* this.#states(id, after, limit, true);
    } catch (error) {
      throw withFacts(error, { sessionId: id });
    } finally {
      limit.close();
    }
  }

  /** `patient`: whether an outage passes. Otherwise only one break of the connection does, after each state. */
  async *#states(
    id: string,
    after: number | undefined,
    limit: Limit,
    patient: boolean,
  ): AsyncGenerator<Generation, void, undefined> {
    for (let failures = 0; ; failures++) {
      try {
        const stream = await this.#transport.stream(`/api/v1/generation/${id}/events`, after?.toString(), limit);
        if (!stream) {
          return;
        }
        for await (const event of stream) {
          if (event.name === "session") {
            const generation = state(event.data);
            after = generation.version;
            failures = 0;
            yield generation;
            if (generation.status === "completed" || generation.status === "failed") {
              return;
            }
          }
        }
        throw new WearOnConnectionError(new Error("The stream ended before the try-on."));
      } catch (error) {
        limit.check();
        const pause = pauseAfter(error as WearOnError, failures);
        // A silent server is no break: a proxy may keep back the events.
        const passes = patient ? mayPass(error as WearOnError) : error instanceof WearOnConnectionError && failures === 0;
        if (!passes || pause >= limit.remaining) {
          throw error;
        }
        await limit.pause(pause);
      }
    }
  }

  /** Waits until a try-on has ended. An abort or a timeout ends only the wait: wait for the same id again. */
  async wait(id: string, { onStatus, signal, timeout }: WaitOptions = {}): Promise<CompletedGeneration> {
    let failed: FailedGeneration | undefined;
    try {
      return await within(timeout ?? WAIT_TIMEOUT, signal, async (limit) => {
        let status: GenerationStatus | undefined;
        let refundReads = 0;
        const tell = (now: GenerationStatus) => {
          if (now !== status) {
            status = now;
            onStatus?.(now);
          }
        };
        checkId(id);
        const states = this.#states(id, undefined, limit, false);
        // Without a stream, the try-on is read from time to time.
        for (;;) {
          const next = await states.next().catch(() => undefined);
          if (!next || next.done) {
            break;
          }
          tell(next.value.status);
          if (next.value.status === "failed") {
            failed = next.value as FailedGeneration;
          }
        }
        for (let pause = FIRST_READ; ; pause = Math.min(pause * 1.5, SLOWEST_READ)) {
          let asked = 0;
          const generation = await this.#read(id, { signal: limit.signal }, 0).catch((error: WearOnError) => {
            limit.check();
            asked = (error.retryAfter ?? 0) * 1000;
            // The try-on goes on while the service cannot be asked, so every outage passes, until the time is over.
            if (!mayPass(error) || (!failed && asked >= limit.remaining)) {
              throw error;
            }
          });
          if (generation) {
            tell(generation.status);
          }
          if (generation?.status === "completed") {
            return generation as CompletedGeneration;
          }
          if (generation?.status === "failed") {
            failed = generation as FailedGeneration;
          }
          // The credit comes back after the failure, usually within a second.
          if (failed && (isRefunded(failed) || refundReads++ === REFUND_READS || asked + pause >= limit.remaining)) {
            throw new GenerationFailedError(failed);
          }
          await limit.pause(asked + pause * (0.75 + Math.random() * 0.5));
        }
      });
    } catch (error) {
      // A failure that was seen is what happened. Only its refund was not seen in time.
      throw withFacts(failed && error instanceof WearOnTimeoutError ? new GenerationFailedError(failed) : error, { sessionId: id });
    }
  }

  async #create(options: CreateOptions, key: string) {
    const { person, garment, accessories = [], signal, timeout } = options;
    for (const [role, url] of Object.entries({ person, garment })) {
      if (!isUploaded(url, role)) {
        throw new WearOnError("VALIDATION_ERROR", `${role} must be the image_url of an upload. tryOn takes bytes, too.`);
      }
    }
    checkAge(options);
    const answer = await this.#transport.call<{ session_id: string; status: GenerationStatus }>({
      signal,
      timeout,
      method: "POST",
      path: "/api/v1/generation/create",
      headers: { "Idempotency-Key": checkedKey(key), "x-shopper-email": shopper(options.shopperEmail) },
      body: {
        image_urls: [person, garment, ...accessories].map(String),
        prompt: options.prompt,
        garment_type: options.garmentType,
        deadline_seconds: options.deadlineSeconds,
        age_verified: options.ageVerified,
      },
    });
    if (!UUID.test(answer.data.session_id)) {
      throw unexpected("The response has no id of a generation. Repeat the create with its key.", answer.response);
    }
    return answer;
  }

  async #read(id: string, { wait, ...options }: ReadOptions, retries: number): Promise<Generation> {
    checkId(id);
    const { data } = await this.#transport.call<Generation>({
      ...options,
      method: "GET",
      path: `/api/v1/generation/${id}`,
      headers: { Prefer: wait === undefined ? undefined : `wait=${wait}` },
      retries,
    });
    return data;
  }
}

export function state(text: string): Generation {
  const generation = parsed(text) as Partial<Generation> | null | undefined;
  if (typeof generation?.status !== "string" || typeof generation.version !== "number") {
    throw new WearOnError("UNEXPECTED_RESPONSE", "An event has no state of a generation.");
  }
  return generation as Generation;
}

/** The try-on goes on while the service cannot be asked. */
function mayPass(error: WearOnError): boolean {
  return isUnclear(error) || error.status === 408 || error.status === 429;
}

function checkId(id: string): void {
  if (!UUID.test(id)) {
    throw new WearOnError("VALIDATION_ERROR", "The id of a generation must be a UUID.");
  }
}

function isRefunded({ credits_refunded, credits_used }: Generation): boolean {
  return credits_refunded >= credits_used;
}

/** The service would say the same, but only after the pictures are uploaded. */
export function checkAge({ ageVerified }: Pick<GenerationOptions, "ageVerified">): void {
  if (ageVerified !== true) {
    throw new WearOnError(
      "AGE_VERIFICATION_REQUIRED",
      "ageVerified must be true: the shopper has to confirm an age of 13 or older.",
    );
  }
}

/** An address as a header, which holds bytes: UTF-8. `fetch` would name a wrong address in its error. */
export function shopper(email: string | undefined): string | undefined {
  if (email === undefined) {
    return undefined;
  }
  if (/[\x00-\x1f\x7f]/.test(email)) {
    throw new WearOnError("VALIDATION_ERROR", "shopperEmail must be one e-mail address.");
  }
  return String.fromCharCode(...new TextEncoder().encode(email));
}

function checkedKey(key: string): string {
  if (!/^[!-~]{1,255}$/.test(key)) {
    throw new WearOnError("VALIDATION_ERROR", "idempotencyKey must have 1 to 255 visible ASCII characters.");
  }
  return key;
}

/** 128 random bits. `crypto.randomUUID` exists only on pages with https. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
