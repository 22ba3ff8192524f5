import { entries, moment, type PageOptions } from "./pages.js";
import type { Call, Transport } from "./transport.js";
import type {
  CallOptions,
  NewWebhookEndpoint,
  NewWebhookSecret,
  ReplayedMessages,
  WebhookAttempt,
  WebhookAttemptPage,
  WebhookEndpoint,
  WebhookEventType,
} from "./types.js";

const PATH = "/api/v1/webhook-endpoints";

export interface NewEndpoint extends CallOptions {
  /** Where messages are sent: https, port 443, a host in the public internet. */
  url: string;
  /** The events that it receives. Without them: all. */
  eventTypes?: WebhookEventType[];
}

/** What is given changes. */
export interface EndpointChange extends CallOptions {
  url?: string;
  eventTypes?: WebhookEventType[];
  /** `true` also ends a disabling by WearOn; what waits is sent. */
  enabled?: boolean;
}

export interface RotateOptions extends CallOptions {
  /** How long the secret before also signs; a day if not given. With 0 it ends at once. */
  overlapSeconds?: number;
}

export interface ReplayOptions extends CallOptions {
  /** Messages of events from this time on. */
  since: string | Date;
  /** Whether messages that were delivered are sent again, too. */
  includeDelivered?: boolean;
}

/** Where the store receives webhooks. The API key needs the scope `webhooks:write`. */
export class WebhookEndpoints {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Receives webhooks. Keep the `secret` of the result: it is not shown again, and `webhooks.verify` needs it.
   *
   * @throws WearOnError `ENDPOINT_EXISTS` if the store has this URL already, also if an attempt whose response was lost has
   *   created it; `rotateSecret` gives it a new secret
   */
  async create({ url, eventTypes, ...options }: NewEndpoint): Promise<NewWebhookEndpoint> {
    return this.#call({ ...options, method: "POST", path: "", body: { url, event_types: eventTypes } });
  }

  /** All endpoints of the store, newest first. */
  async list(options: CallOptions = {}): Promise<WebhookEndpoint[]> {
    return (await this.#call<{ endpoints: WebhookEndpoint[] }>({ ...options, method: "GET", path: "" })).endpoints;
  }

  async get(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#call({ ...options, method: "GET", path: at(id) });
  }

  async change(id: string, { url, eventTypes, enabled, ...options }: EndpointChange): Promise<WebhookEndpoint> {
    return this.#call({ ...options, method: "PATCH", path: at(id), body: { url, event_types: eventTypes, enabled } });
  }

  /** @throws WearOnError `NOT_FOUND` if there is none, also if an attempt whose response was lost has deleted it */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#call({ ...options, method: "DELETE", path: at(id) });
  }

  /**
   * A new secret.
   *
   * @throws WearOnError `ENDPOINT_NOT_READY` if the secret before still signs, also if an attempt whose response was lost has
   *   rotated it; with an overlap of 0 a new secret takes the place of both
   */
  async rotateSecret(id: string, { overlapSeconds, ...options }: RotateOptions = {}): Promise<NewWebhookSecret> {
    const path = `${at(id)}/rotate-secret`;
    return this.#call({ ...options, method: "POST", path, body: { overlap_seconds: overlapSeconds } });
  }

  /** What was sent in the last 30 days, newest first. Reads the next page when it is needed. */
  attempts(id: string, options: PageOptions = {}): AsyncGenerator<WebhookAttempt, void, undefined> {
    return entries(
      options.cursor,
      (cursor) => this.attemptPage(id, { ...options, cursor }),
      (page) => page.attempts,
    );
  }

  /** One page of them. */
  async attemptPage(id: string, { limit, cursor, ...options }: PageOptions = {}): Promise<WebhookAttemptPage> {
    return this.#call({ ...options, method: "GET", path: `${at(id)}/attempts`, query: { limit, cursor } });
  }

  /** Sends a message of the type `endpoint.test`, and returns its id. */
  async test(id: string, options: CallOptions = {}): Promise<string> {
    const call = { ...options, method: "POST", path: `${at(id)}/test` } as const;
    return (await this.#call<{ message_id: string }>(call)).message_id;
  }

  /** Sends a message again, with the same id. One that is on its way is not sent twice. */
  async resend(id: string, messageId: string, options: CallOptions = {}): Promise<void> {
    const path = `${at(id)}/messages/${encodeURIComponent(messageId)}/resend`;
    await this.#call({ ...options, method: "POST", path });
  }

  /**
   * Sends messages that have failed again, or all, at most 1,000. `next_since` of the result begins the next call; it is null
   * if there are no others.
   */
  async replay(id: string, { since, includeDelivered, ...options }: ReplayOptions): Promise<ReplayedMessages> {
    const body = { since: moment(since), include_delivered: includeDelivered };
    return this.#call({ ...options, method: "POST", path: `${at(id)}/replay`, body });
  }

  async #call<Data>(call: Call): Promise<Data> {
    return (await this.#transport.call<Data>({ ...call, path: PATH + call.path })).data;
  }
}

function at(id: string): string {
  return `/${encodeURIComponent(id)}`;
}
