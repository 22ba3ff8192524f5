import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, ok, refused, serve } from "./server.mjs";

const PURCHASE = {
  purchase_id: "0193c0de-0000-7000-8000-000000000007",
  order_id: "1001",
  status: "pending",
  credits: 3,
  granted: 0,
  returned: 1,
  clawed_back: 0,
  shortfall: 0,
  amount: 14.97,
  currency: "EUR",
  test: false,
};

test("reports an order", async (t) => {
  const { wearon, requests } = await serve(t, () => ok(PURCHASE));
  const order = { orderId: "1001", credits: 3, amount: 14.97, currency: "EUR" };
  assert.deepEqual(await wearon.purchases.record({ ...order, shopperEmail: "ann@example.com", returned: 1 }), PURCHASE);
  await wearon.purchases.record({ ...order, shopperRef: "customer-4711" });
  assert.deepEqual(
    requests.map(({ method, url, json }) => [method, url, json]),
    [
      [
        "POST",
        "/api/v1/purchases",
        { order_id: "1001", shopper_email: "ann@example.com", credits: 3, amount: 14.97, currency: "EUR", returned: 1 },
      ],
      ["POST", "/api/v1/purchases", { order_id: "1001", shopper_ref: "customer-4711", credits: 3, amount: 14.97, currency: "EUR" }],
    ],
  );
});

test("names the code of a refusal", async (t) => {
  const { wearon } = await serve(t, () => refused(409, "CHECKOUT_NOT_OWN"));
  const order = { orderId: "1001", shopperRef: "1", credits: 1, amount: 1, currency: "EUR" };
  const error = await failure(wearon.purchases.record(order));
  assert.equal(error.code, "CHECKOUT_NOT_OWN");
});
