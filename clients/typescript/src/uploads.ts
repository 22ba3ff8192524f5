import { WearOnError } from "./errors.js";
import { within } from "./limit.js";
import { entries, type PageOptions } from "./pages.js";
import { fileOf, type PictureFile, type PictureBytes } from "./pictures.js";
import { UPLOAD_TIMEOUT, type Transport } from "./transport.js";
import type { CallOptions, Download, Generation, ImportedImage, KeptImage, KeptPage, Upload } from "./types.js";

/** A browser has six connections to a host. */
const AT_ONCE = 3;

/** A file as an upload URL is asked for. */
export interface UploadRequest {
  fileName: string;
  contentType: string;
  /** Bytes. The upload may be smaller. */
  size: number;
  /** Whether the picture lives until it is deleted. Needs the scope `images:keep`; such a picture is never the person. */
  keep?: boolean;
}

/** What an upload accepts. */
export interface KeepOptions extends CallOptions {
  /** As in `UploadRequest`. */
  keep?: boolean;
}

/** Pictures that a create can use, for the retention of the store. */
export class Uploads {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Asks for signed upload URLs, for one to ten files. */
  async create(files: UploadRequest[], options: CallOptions = {}): Promise<Upload[]> {
    const { data } = await this.#transport.call<{ uploads: Upload[] }>({
      ...options,
      method: "POST",
      path: "/api/v1/storage/uploads",
      body: {
        files: files.map((f) => ({ file_name: f.fileName, content_type: f.contentType, size: f.size, keep: f.keep })),
      },
    });
    if (!Array.isArray(data.uploads) || data.uploads.length !== files.length) {
      throw new WearOnError("UNEXPECTED_RESPONSE", "The response has not one upload for each file.");
    }
    return data.uploads;
  }

  /** Stores a picture. Use the `image_url` of the result as `person` or `garment`. */
  async put(picture: PictureBytes, options: KeepOptions = {}): Promise<Upload> {
    const [upload] = await this.send([await fileOf(picture, "picture")], options);
    return upload as Upload;
  }

  /** Stores one to ten pictures. They are one request for the rate limit. The uploads are in the same order. */
  async putAll(pictures: PictureBytes[], options: KeepOptions = {}): Promise<Upload[]> {
    // All are checked before the first one is sent.
    return this.send(await Promise.all(pictures.map((p, index) => fileOf(p, `picture-${index + 1}`))), options);
  }

  /**
   * Lets WearOn fetch a picture from a host that the operator allowed for the store. The same URL is the same picture for an
   * hour.
   */
  async importUrl(url: string, options: CallOptions = {}): Promise<ImportedImage> {
    const { data } = await this.#transport.call<ImportedImage>({
      ...options,
      method: "POST",
      path: "/api/v1/storage/imports",
      body: { url },
    });
    return data;
  }

  /** The kept pictures, newest first. Reads the next page when it is needed. */
  kept(options: PageOptions = {}): AsyncGenerator<KeptImage, void, undefined> {
    return entries(
      options.cursor,
      (cursor) => this.keptPage({ ...options, cursor }),
      (page) => page.objects,
    );
  }

  /** One page of them. */
  async keptPage({ limit, cursor, ...options }: PageOptions = {}): Promise<KeptPage> {
    const { data } = await this.#transport.call<KeptPage>({
      ...options,
      method: "GET",
      path: "/api/v1/storage/objects",
      query: { kept: "true", limit, cursor },
    });
    return data;
  }

  /**
   * Deletes a kept picture by its name.
   *
   * @throws WearOnError `NOT_FOUND` if there is none, also if an attempt whose response was lost has deleted it
   */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.call<{ path: string }>({
      ...options,
      method: "DELETE",
      path: `/api/v1/storage/objects/${encodeURIComponent(name)}`,
    });
  }

  /** @internal */
  async send(files: PictureFile[], options: KeepOptions, onEach: () => void = () => {}): Promise<Upload[]> {
    return within(options.timeout ?? UPLOAD_TIMEOUT, options.signal, async ({ signal }) => {
      const uploads = await this.create(
        files.map((file) => ({ fileName: file.name, contentType: file.contentType, size: file.size, keep: options.keep })),
        { signal },
      );
      const left = files.map((file, index) => ({ file, upload: uploads[index] as Upload }));
      const work = async () => {
        for (let next = left.shift(); next; next = left.shift()) {
          const { upload_url, headers } = next.upload;
          await this.#transport.upload(upload_url, headers, next.file, { signal, timeout: options.timeout });
          onEach();
        }
      };
      // The first failure leaves `within`, which ends the other uploads.
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return uploads;
    });
  }
}

/** Signed URLs to read pictures of the store. */
export class Downloads {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The bytes of a picture: the result of a generation, an upload, a download of `create`, or a signed URL.
   *
   * @throws WearOnError `NOT_FOUND` if there is no picture
   */
  async get(source: Generation | Upload | Download | string, options: CallOptions = {}): Promise<Uint8Array> {
    const url = typeof source === "string" ? source : urlOf(source);
    if (!url) {
      throw new WearOnError("NOT_FOUND", "There is no picture to download.");
    }
    return this.#transport.download(url, options);
  }

  /** One entry for each of up to 100 paths. The URL is null if the object does not exist any more. */
  async create(paths: string[], options: CallOptions = {}): Promise<Download[]> {
    const { data } = await this.#transport.call<{ downloads: Download[] }>({
      ...options,
      method: "POST",
      path: "/api/v1/storage/downloads",
      body: { paths },
    });
    return data.downloads;
  }
}

function urlOf(source: Generation | Upload | Download): string | null | undefined {
  if ("download_url" in source) {
    return source.download_url;
  }
  return "image_url" in source ? source.image_url : source.generated_image_url;
}
