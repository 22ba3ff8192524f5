import { WearOnAbortError, WearOnError, WearOnTimeoutError } from "./errors.js";

/** The longest pause of a timer, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The end of a call: after some time, or when an outer signal says so. */
export class Limit {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #end = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number, outer?: AbortSignal) {
    if (!(milliseconds > 0)) {
      throw new TypeError("timeout must be a number of milliseconds above 0.");
    }
    this.restart(milliseconds);
    this.#outer = outer;
    if (outer?.aborted) {
      this.#follow();
    } else {
      outer?.addEventListener("abort", this.#follow);
    }
  }

  /** Its reason is a WearOnError. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get remaining(): number {
    return this.#end - Date.now();
  }

  /** Ends after this time from now on, and not as it was to end before. */
  restart(milliseconds: number): void {
    const bounded = Math.min(milliseconds, LONGEST_TIMER);
    clearTimeout(this.#timer);
    this.#end = Date.now() + bounded;
    this.#timer = setTimeout(() => this.#controller.abort(new WearOnTimeoutError(milliseconds)), bounded);
  }

  check(): void {
    if (this.signal.aborted) {
      throw this.signal.reason;
    }
  }

  async pause(milliseconds: number): Promise<void> {
    this.check();
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(this.signal.reason);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      this.signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Stops the timer, and what still runs under this limit. */
  close(): void {
    clearTimeout(this.#timer);
    this.#controller.abort(new WearOnAbortError("closed"));
    this.#outer?.removeEventListener("abort", this.#follow);
  }

  readonly #follow = () => {
    const reason: unknown = this.#outer?.reason;
    this.#controller.abort(reason instanceof WearOnError ? reason : new WearOnAbortError(reason));
  };
}

/** Runs `work` until the limit ends. */
export async function within<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  work: (limit: Limit) => Promise<T>,
): Promise<T> {
  const limit = new Limit(milliseconds, outer);
  try {
    limit.check();
    return await work(limit);
  } finally {
    limit.close();
  }
}
