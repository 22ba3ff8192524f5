import { GenerationFailedError, WearOnError, withFacts, withPictures } from "./errors.js";
import { checkAge, Generations, WAIT_TIMEOUT } from "./generations.js";
import { within } from "./limit.js";
import { fileOf, isUploaded, type Picture } from "./pictures.js";
import { Purchases } from "./purchases.js";
import { Credits, Store } from "./store.js";
import { Transport, type WearOnOptions } from "./transport.js";
import type { CallOptions, CompletedGeneration, GenerationOptions, Health } from "./types.js";
import { Downloads, Uploads } from "./uploads.js";
import { WebhookEndpoints } from "./webhook-endpoints.js";
import { webhooks } from "./webhooks.js";

/** The images of a create: person, garment and eight accessories. */
const MOST_PICTURES = 10;

export interface TryOnOptions extends GenerationOptions {
  /** The person who tries on: the bytes of a picture, or the `image_url` of an upload. */
  person: Picture;
  /** What the person tries on. */
  garment: Picture;
  /** Up to eight more. */
  accessories?: Picture[];
  /** Called after each upload, and with each new status. It gets the id as soon as there is one. */
  onProgress?: (progress: TryOnProgress) => void;
}

export type TryOnProgress =
  | { stage: "uploading"; uploaded: number; total: number }
  | { stage: "queued" | "processing" | "completed" | "failed"; id: string };

/** A client of one WearOn service, for one API key. */
export class WearOn {
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  readonly generations: Generations;
  readonly credits: Credits;
  readonly purchases: Purchases;
  readonly store: Store;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly webhooks = webhooks;
  readonly #transport: Transport;

  constructor(options: WearOnOptions) {
    this.#transport = new Transport(options);
    this.uploads = new Uploads(this.#transport);
    this.downloads = new Downloads(this.#transport);
    this.generations = new Generations(this.#transport);
    this.credits = new Credits(this.#transport);
    this.purchases = new Purchases(this.#transport);
    this.store = new Store(this.#transport);
    this.webhookEndpoints = new WebhookEndpoints(this.#transport);
  }

  /**
   * Uploads the pictures, creates a generation and waits for it. An abort or a timeout ends only the wait: the error has
   * the `sessionId` if there is a generation, and `generations.wait` continues. A repeat with `error.pictures` and
   * `error.idempotencyKey` is charged once, too. After a failed try-on the error has no key: a repeat is a new try-on.
   *
   * @throws GenerationFailedError if the try-on fails; its credit comes back
   */
  async tryOn({ onProgress, signal, timeout, ...options }: TryOnOptions): Promise<CompletedGeneration> {
    checkAge(options);
    let { idempotencyKey } = options;
    return within(timeout ?? WAIT_TIMEOUT, signal, async (limit) => {
      const inner = { signal: limit.signal };
      const [person, garment, ...accessories] = await this.#uploaded(options, inner, onProgress);
      const pictures = { person: person as string, garment: garment as string, accessories };
      try {
        const generation = await this.generations.create({ ...options, ...inner, ...pictures });
        const { id } = generation;
        idempotencyKey = generation.idempotencyKey;
        onProgress?.({ stage: "queued", id });
        return await generation.wait({
          ...inner,
          timeout: Infinity,
          onStatus: (stage) => stage !== "queued" && onProgress?.({ stage, id }),
        });
      } catch (error) {
        throw withPictures(error, pictures);
      }
    }).catch((error: unknown) => {
      throw error instanceof GenerationFailedError ? error : withFacts(error, { idempotencyKey });
    });
  }

  /** Checks the API key. */
  async health(options: CallOptions = {}): Promise<Health> {
    return (await this.#transport.call<Health>({ ...options, method: "GET", path: "/api/v1/health" })).data;
  }

  /** The URLs of all pictures, after those that are bytes are uploaded. */
  async #uploaded(
    { person, garment, accessories = [] }: Pick<TryOnOptions, "person" | "garment" | "accessories">,
    options: CallOptions,
    onProgress: TryOnOptions["onProgress"],
  ): Promise<string[]> {
    const pictures = [person, garment, ...accessories];
    if (pictures.length > MOST_PICTURES) {
      throw new WearOnError("VALIDATION_ERROR", `A try-on takes at most ${MOST_PICTURES} pictures.`);
    }
    // All are checked before the first one is sent.
    const checked = await Promise.all(
      pictures.map((picture, index) => {
        const role = ["person", "garment"][index] ?? `accessory-${index - 1}`;
        return isUploaded(picture, role) ? String(picture) : fileOf(picture, role);
      }),
    );
    const files = checked.filter((picture) => typeof picture !== "string");
    if (files.length === 0) {
      return checked as string[];
    }
    let uploaded = 0;
    const progress = () => onProgress?.({ stage: "uploading", uploaded: uploaded++, total: files.length });
    progress();
    const uploads = await this.uploads.send(files, options, progress);
    return checked.map((picture) => (typeof picture === "string" ? picture : (uploads.shift()?.image_url ?? "")));
  }
}
