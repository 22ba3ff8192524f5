import type { components } from "./generated/openapi.js";

type Schemas = components["schemas"];
/** A try-on as `GET /api/v1/generation/{id}` answers it. */
export type Generation = Schemas["Session"];
/** A generation that has ended well. */
export type CompletedGeneration = Generation & { status: "completed" };
/** A generation that has failed. Its credit comes back. */
export type FailedGeneration = Generation & { status: "failed" };
/** A generation as lists have it, without its pictures. */
export type ListedGeneration = Schemas["ListedSession"];
/** What a generation cost. */
export type Receipt = Schemas["Receipt"];
/** What the store used. */
export type Usage = Schemas["Usage"];
export type UsageEntry = Schemas["UsageEntry"];
export type GenerationPage = Schemas["GenerationPage"];
export type GenerationStatus = Schemas["SessionStatus"];
export type Upload = Schemas["Upload"];
export type Download = Schemas["Download"];
/** A picture that WearOn fetched. */
export type ImportedImage = Schemas["ImportedImage"];
/** A picture that lives until it is deleted. */
export type KeptImage = Schemas["KeptObject"];
export type KeptPage = Schemas["KeptObjects"];
export type Balance = Schemas["Balance"];
export type Transaction = Schemas["Transaction"];
export type TransactionPage = Schemas["TransactionPage"];
/** An order of credits that a shopper has paid, as it is now. */
export type Purchase = Schemas["Purchase"];
export type StoreConfig = Schemas["StoreConfig"];
export type StoreConfigWithDisclosure = Schemas["StoreConfigWithDisclosure"];
export type StoreAnalytics = Schemas["StoreAnalytics"];
/** A new state of a try-on, or the credits in the pool of the store. */
export type StoreEvent = { generation: Generation; balance?: undefined } | { generation?: undefined; balance: number };
/** Where the store receives webhooks. */
export type WebhookEndpoint = Schemas["WebhookEndpoint"];
/** With its secret, which is not shown again. */
export type NewWebhookEndpoint = Schemas["NewWebhookEndpoint"];
export type NewWebhookSecret = Schemas["NewWebhookSecret"];
export type WebhookEventType = Schemas["WebhookEventType"];
/** One attempt to deliver a message. */
export type WebhookAttempt = Schemas["WebhookAttempt"];
export type WebhookAttemptPage = Schemas["WebhookAttempts"];
export type ReplayedMessages = Schemas["ReplayedWebhookMessages"];
export type Health = Schemas["Health"];

/** The part of the body that a garment covers. Without it the service finds out from the picture. */
export type GarmentType = "upper" | "lower" | "dress";

/** The codes that this client itself creates. */
export type ClientErrorCode = "CONNECTION_FAILED" | "TIMEOUT" | "ABORTED" | "UNEXPECTED_RESPONSE" | "WEBHOOK_INVALID";
/** The codes of a failed generation. */
export type FailureCode = Schemas["FailureCode"];
/** All known codes. A newer server may send others, so a program needs a default branch. */
export type ErrorCode = Schemas["Code"] | FailureCode | ClientErrorCode | (string & {});

/** The function `fetch`, or one with the same contract. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What every call accepts. */
export interface CallOptions {
  /** Ends the call. A generation that was created goes on. */
  signal?: AbortSignal;
  /** Milliseconds for the call with all its repeats and pauses. */
  timeout?: number;
}

/** The `image_url` of the uploads of a `tryOn`: `tryOn({...options, ...pictures})` does not send the bytes again. */
export interface UploadedPictures {
  person: string;
  garment: string;
  accessories: string[];
}

/** What a create needs, apart from the pictures. */
export interface GenerationOptions extends CallOptions {
  /** The words for the image model. Without them the service uses its own. */
  prompt?: string;
  garmentType?: GarmentType;
  /** 1 to 3600. A try-on that is unfinished after this time fails, and its credit comes back. */
  deadlineSeconds?: number;
  /** Who tries on. Required if shoppers pay, or if the store limits the try-ons of a shopper. */
  shopperEmail?: string;
  /** The shopper has confirmed an age of 13 or older. The service refuses everything but `true`. */
  ageVerified: boolean;
  /** 1 to 255 visible ASCII characters. Without it the client makes one for each create, and keeps it on each repeat. */
  idempotencyKey?: string;
}
