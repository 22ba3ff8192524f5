// A shop's own code, compiled as ESM and as CJS with every check of the compiler. It is never run.
import { GenerationFailedError, WearOn, WearOnError, webhooks, type Generation, type Transaction } from "@wearon/client";

export async function tryOn(photo: Blob, garment: Uint8Array, signal: AbortSignal): Promise<string | null> {
  const wearon = new WearOn({ apiKey: "wk_", baseUrl: "https://wearon.example.com", fetch, timeout: 5000, maxRetries: 1 });
  try {
    const generation = await wearon.tryOn({
      person: photo,
      garment,
      accessories: [new ArrayBuffer(1), new URL("https://wearon.example.com/x")],
      garmentType: "dress",
      ageVerified: true,
      signal,
      onProgress: (progress) => {
        if (progress.stage === "uploading") {
          console.log(progress.uploaded / progress.total);
        } else {
          console.log(progress.stage, progress.id.length);
        }
      },
    });
    const status: "completed" = generation.status;
    console.log(status, generation.images_expire_at);
    return generation.generated_image_url;
  } catch (error) {
    if (error instanceof GenerationFailedError) {
      const failed: Generation = error.generation;
      return `${error.sessionId.length} ${error.creditsRefunded} ${failed.error_message}`;
    }
    if (error instanceof WearOnError) {
      switch (error.code) {
        case "INSUFFICIENT_CREDITS":
        case "TIMEOUT":
          return null;
        case "CONNECTION_FAILED":
          return (await wearon.tryOn({ person: photo, garment, ageVerified: true, ...error.pictures })).session_id;
        case "A_CODE_OF_NEXT_YEAR":
          return error.requestId ?? null;
      }
    }
    throw error;
  }
}

export async function others(wearon: WearOn): Promise<void> {
  const handle = await wearon.generations.create({ person: "https://x", garment: "https://y", ageVerified: true });
  const { generated_image_url } = await handle.wait({ timeout: 1000, onStatus: (status) => console.log(status) });
  for await (const { status, version } of handle.events({ after: 2 })) {
    const next: number = version + 1;
    console.log(status, next);
  }
  const all: Transaction[] = [];
  for await (const transaction of wearon.credits.transactions()) {
    all.push(transaction);
  }
  for await (const listed of wearon.generations.list({ status: "failed", errorCode: "DEADLINE", createdFrom: new Date() })) {
    const code: string | null = listed.error_code;
    console.log(code);
  }
  const { usage } = await wearon.generations.usage({ from: "2026-11-01", to: new Date(), bucket: "hour", by: "key" });
  const keys: (string | null)[] = usage.map((entry) => entry.api_key_id);
  console.log(keys);
  const cursor: string | null = (await wearon.credits.transactionPage({ limit: 5 })).next_cursor;
  const store: string = (await wearon.health()).store_id;
  const disclosure: string = (await wearon.store.config()).privacy_disclosure;
  const price: number | null = (await wearon.store.change({ billingMode: "absorb_mode" })).retail_credit_price;
  const url: string | null | undefined = (await wearon.downloads.create(["p"]))[0]?.download_url;
  const uploaded: string | undefined = (await wearon.uploads.putAll([new Uint8Array(1), new Blob([])]))[0]?.image_url;
  const event = await webhooks.verify("{}", { "webhook-id": "1" }, "whsec_");
  console.log(generated_image_url, cursor, store, disclosure, price, url, event.type, uploaded, all[0]?.delta);
}

export const wrong = async (wearon: WearOn): Promise<unknown> => [
  // @ts-expect-error: the age is never assumed
  await wearon.tryOn({ person: "https://x", garment: "https://y" }),
  // @ts-expect-error: a number is no picture
  await wearon.uploads.put(7),
  // @ts-expect-error: a create needs uploaded pictures
  await wearon.generations.create({ person: new Uint8Array(1), garment: "https://y", ageVerified: true }),
  // @ts-expect-error: there is no such garment
  await wearon.tryOn({ person: "https://x", garment: "https://y", ageVerified: true, garmentType: "hat" }),
];
