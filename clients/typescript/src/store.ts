import { WearOnError } from "./errors.js";
import { shopper, state } from "./generations.js";
import { Limit } from "./limit.js";
import { entries, moment, type PageOptions } from "./pages.js";
import { parsed } from "./responses.js";
import type { Transport } from "./transport.js";
import type {
  Balance,
  CallOptions,
  StoreAnalytics,
  StoreConfig,
  StoreConfigWithDisclosure,
  StoreEvent,
  Transaction,
  TransactionPage,
} from "./types.js";

export class Credits {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The credits of the store, of at most a second ago. */
  async balance(options: CallOptions = {}): Promise<Balance> {
    return (await this.#transport.call<Balance>({ ...options, method: "GET", path: "/api/v1/credits/balance" })).data;
  }

  /** The credits of a shopper at this store. */
  async shopper(email: string, options: CallOptions = {}): Promise<Balance> {
    const headers = { "x-shopper-email": shopper(email) };
    return (await this.#transport.call<Balance>({ ...options, headers, method: "GET", path: "/api/v1/credits/shopper" }))
      .data;
  }

  /** All transactions of the store, newest first. Reads the next page when it is needed. */
  transactions(options: PageOptions = {}): AsyncGenerator<Transaction, void, undefined> {
    return entries(
      options.cursor,
      (cursor) => this.transactionPage({ ...options, cursor }),
      (page) => page.transactions,
    );
  }

  /** One page of them. */
  async transactionPage({ limit, cursor, ...options }: PageOptions = {}): Promise<TransactionPage> {
    const { data } = await this.#transport.call<TransactionPage>({
      ...options,
      method: "GET",
      path: "/api/v1/credits/transactions",
      query: { limit, cursor },
    });
    return data;
  }
}

export interface StoreChange extends CallOptions {
  /** Who pays: the store, or its shoppers. */
  billingMode: StoreConfig["billing_mode"];
  /** The price of one credit for a shopper. Required in `resell_mode`. */
  retailCreditPrice?: number | null;
}

export interface Period extends CallOptions {
  /** A date, which means the whole day in UTC, or a timestamp. */
  start?: string | Date;
  end?: string | Date;
}

export class Store {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async config(options: CallOptions = {}): Promise<StoreConfigWithDisclosure> {
    const call = { ...options, method: "GET", path: "/api/v1/stores/config" } as const;
    return (await this.#transport.call<StoreConfigWithDisclosure>(call)).data;
  }

  /** Chooses who pays for try-ons. */
  async change({ billingMode, retailCreditPrice, ...options }: StoreChange): Promise<StoreConfig> {
    const { data } = await this.#transport.call<StoreConfig>({
      ...options,
      method: "PATCH",
      path: "/api/v1/stores/config",
      body: { billing_mode: billingMode, retail_credit_price: retailCreditPrice },
    });
    return data;
  }

  /** The figures of the store, in a period or in all. */
  async analytics({ start, end, ...options }: Period = {}): Promise<StoreAnalytics> {
    const { data } = await this.#transport.call<StoreAnalytics>({
      ...options,
      method: "GET",
      path: "/api/v1/stores/analytics",
      query: { start_date: moment(start), end_date: moment(end) },
    });
    return data;
  }

  /**
   * The unfinished try-ons and the credits of the store, and then each change, on one connection. The loop ends when the service
   * ends the connection, after 15 minutes at most; a break is an error. Then read what has ended meanwhile with
   * `generations.list`, and call it again. A state may come twice: compare the versions. States have no `generated_image_url`.
   */
  async *events({ signal }: Pick<CallOptions, "signal"> = {}): AsyncGenerator<StoreEvent, void, undefined> {
    const limit = new Limit(Infinity, signal);
    try {
      for await (const { name, data } of (await this.#transport.stream("/api/v1/events", undefined, limit)) ?? []) {
        if (name === "session") {
          yield { generation: state(data) };
        } else if (name === "balance") {
          yield { balance: pool(data) };
        }
      }
    } finally {
      limit.close();
    }
  }
}

function pool(text: string): number {
  const { balance } = (parsed(text) ?? {}) as Partial<Balance>;
  if (typeof balance !== "number") {
    throw new WearOnError("UNEXPECTED_RESPONSE", "An event has no balance.");
  }
  return balance;
}
