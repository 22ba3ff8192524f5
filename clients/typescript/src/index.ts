export { WearOn, type TryOnOptions, type TryOnProgress } from "./client.js";
export {
  GenerationFailedError,
  WearOnAbortError,
  WearOnConnectionError,
  WearOnError,
  WearOnTimeoutError,
} from "./errors.js";
export type { CreateOptions, EventOptions, GenerationHandle, Generations, ListOptions, ReadOptions, UsageOptions, WaitOptions } from "./generations.js";
export type { PageOptions } from "./pages.js";
export type { Picture, PictureBytes } from "./pictures.js";
export type { PaidOrder, Purchases } from "./purchases.js";
export type { Credits, Period, Store, StoreChange } from "./store.js";
export type { WearOnOptions } from "./transport.js";
export type * from "./types.js";
export type { Downloads, KeepOptions, UploadRequest, Uploads } from "./uploads.js";
export type { EndpointChange, NewEndpoint, ReplayOptions, RotateOptions, WebhookEndpoints } from "./webhook-endpoints.js";
export { webhooks, type WebhookEvent, type WebhookHeaders } from "./webhooks.js";
