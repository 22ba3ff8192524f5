import type { Transport } from "./transport.js";
import type { CallOptions, Purchase } from "./types.js";

export interface PaidOrder extends CallOptions {
  /** Your id of the order. It is booked once. */
  orderId: string;
  /** Who bought: this or `shopperRef`. */
  shopperEmail?: string;
  /** Your own reference of the shopper. */
  shopperRef?: string;
  credits: number;
  /** What the shopper paid, in the main unit of the currency. */
  amount: number;
  /** The code in ISO 4217, like `EUR`. */
  currency: string;
  /** How many of the credits were given back, in total. */
  returned?: number;
}

/** Orders of credits at a checkout of the store's own. The API key needs the scope `purchases:write`. */
export class Purchases {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Reports an order that a shopper has paid. Repeats change nothing. Report it again with `returned` after a refund. With the
   * status `pending` the credits follow when the store has enough.
   *
   * @throws WearOnError `CHECKOUT_NOT_OWN` if the store sells its credits at Shopify, `IDEMPOTENCY_KEY_REUSED` if the order was
   *   reported with other values
   */
  async record({
    orderId,
    shopperEmail,
    shopperRef,
    credits,
    amount,
    currency,
    returned,
    ...options
  }: PaidOrder): Promise<Purchase> {
    const body = {
      order_id: orderId,
      shopper_email: shopperEmail,
      shopper_ref: shopperRef,
      credits,
      amount,
      currency,
      returned,
    };
    return (await this.#transport.call<Purchase>({ ...options, method: "POST", path: "/api/v1/purchases", body })).data;
  }
}
