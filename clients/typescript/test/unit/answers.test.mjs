import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { GenerationFailedError, WearOnError } from "../../dist/esm/index.js";
import { BALANCE, failure, ID, KEY, ok, PNG, refused, serve, service, session } from "./server.mjs";

const secrets = /wk_0123|signature=secret|ann@example/;

for (const [what, body] of [
  ["no JSON", "<html>Welcome to the hotel</html>"],
  ["an empty body", ""],
  ["no object", "7"],
  ["no data", '{"data": null, "error": null}'],
]) {
  test(`a 200 with ${what} is an UNEXPECTED_RESPONSE, and is not repeated`, async (t) => {
    const { wearon, requests } = await serve(t, () => ({ body }));
    const error = await failure(wearon.credits.balance());
    assert.deepEqual([error.code, error.status, error.requestId], ["UNEXPECTED_RESPONSE", 200, "req_1"]);
    assert.equal(requests.length, 1);
  });
}

for (const data of [{}, { session_id: "7", status: "queued" }]) {
  test(`a create that is answered with ${JSON.stringify(data)} is an error that has the key`, async (t) => {
    const { wearon } = await serve(t, () => ok(data, 201));
    const urls = { person: "https://x.example/p", garment: "https://x.example/g" };
    const error = await failure(wearon.generations.create({ ...urls, ageVerified: true, idempotencyKey: "cart-1" }));
    assert.deepEqual([error.code, error.status, error.idempotencyKey], ["UNEXPECTED_RESPONSE", 201, "cart-1"]);
  });
}

test("a body above 1 MiB is refused", async (t) => {
  const { wearon } = await serve(t, () => ok({ balance: "9".repeat(1024 * 1024) }));
  assert.match((await failure(wearon.credits.balance())).message, /too large/);
});

test("a body that breaks off is a broken connection, which is tried again", async (t) => {
  const { wearon, requests } = await serve(t, (_, n) => (n === 1 ? "half" : ok(BALANCE)));
  assert.deepEqual(await wearon.credits.balance(), BALANCE);
  assert.equal(requests.length, 2);
});

test("a redirect is an error, because a POST would become a GET", async (t) => {
  const { wearon, requests } = await serve(t, () => ({ status: 301, headers: { Location: "/elsewhere" } }));
  const error = await failure(wearon.credits.balance());
  assert.deepEqual([error.code, error.status], ["UNEXPECTED_RESPONSE", 301]);
  assert.equal(requests.length, 1);
});

test("an error has the details of the service, and knows unknown codes", async (t) => {
  const { wearon } = await serve(t, () => ({
    status: 403,
    body: { data: null, error: { code: "INSUFFICIENT_SCOPE", message: "No.", details: { scope: "store:write" } } },
  }));
  const error = await failure(wearon.store.change({ billingMode: "absorb_mode" }));
  assert.deepEqual([error.code, error.details], ["INSUFFICIENT_SCOPE", { scope: "store:write" }]);
});

test("a read may wait for the end of the try-on", async (t) => {
  const { wearon, requests } = await serve(t, () => session("completed"));
  assert.equal((await wearon.generations.get(ID, { wait: 20 })).status, "completed");
  assert.equal((await wearon.generations.get(ID)).status, "completed");
  assert.deepEqual(requests.map(({ headers }) => headers.prefer), ["wait=20", undefined]);
});

test("a failed try-on is an error with the message for the shopper", async (t) => {
  const failed = session("failed", {
    error_code: "MODERATION_BLOCKED",
    error_message: "Please choose another photo.",
    credits_refunded: 1,
    request_id: "req_create",
  });
  const { wearon } = await serve(t, service("queued", failed));
  const error = await failure(wearon.tryOn({ person: PNG, garment: PNG, ageVerified: true }));
  assert.ok(error instanceof GenerationFailedError && error instanceof WearOnError);
  assert.deepEqual(
    [error.code, error.message, error.creditsRefunded, error.sessionId, error.requestId, error.generation.status],
    ["MODERATION_BLOCKED", "Please choose another photo.", 1, ID, "req_create", "failed"],
  );
});

test("a failed try-on is reported when its credit is back, or soon after", async (t) => {
  const back = await serve(t, (_, n) => session("failed", { credits_used: 1, credits_refunded: n < 3 ? 0 : 1 }));
  assert.equal((await failure(back.wearon.generations.wait(ID))).creditsRefunded, 1);
  assert.equal(back.requests.length, 3);
  const late = await serve(t, () => session("failed", { credits_used: 1 }));
  assert.equal((await failure(late.wearon.generations.wait(ID))).creditsRefunded, 0);
  assert.equal(late.requests.length, 4);
  const away = await serve(t, (_, n) => (n === 1 ? session("failed", { credits_used: 1 }) : refused(503, "SERVICE_UNAVAILABLE")));
  assert.equal((await failure(away.wearon.generations.wait(ID))).name, "GenerationFailedError");
  const silent = await serve(t, (_, n) => (n === 1 ? session("failed", { credits_used: 1 }) : "hang"));
  assert.equal((await failure(silent.wearon.generations.wait(ID, { timeout: 6000 }))).name, "GenerationFailedError");
});

test("neither an error nor the client shows the key, a signed URL or an address", async (t) => {
  const { wearon } = await serve(t, (request) => (request.method === "PUT" ? "cut" : service("completed")(request)), {
    maxRetries: 0,
  });
  const shopperEmail = "ann@example.com\r\nX-Evil: 1";
  const person = "https://x.example/p?signature=secret";
  const errors = [
    await failure(wearon.uploads.put(PNG)),
    await failure(wearon.generations.create({ person, garment: person, ageVerified: true, shopperEmail })),
    await failure(wearon.credits.shopper(shopperEmail)),
    await failure(wearon.tryOn({ person: "./p?signature=secret", garment: PNG, ageVerified: true })),
  ];
  for (const shown of [wearon, ...errors]) {
    assert.doesNotMatch(inspect(shown, { depth: 9, showHidden: true }) + JSON.stringify(shown), secrets);
  }
});

test("a server that repeats the headers in its message does not bring the key into an error", async (t) => {
  const { wearon } = await serve(t, ({ headers }) => ({
    status: 400,
    body: { error: { code: "VALIDATION_ERROR", message: `Not valid: ${headers.authorization}, ${headers.authorization}.` } },
  }));
  const error = await failure(wearon.credits.balance());
  assert.equal(error.message, "Not valid: Bearer wk_…, Bearer wk_….");
  assert.doesNotMatch(inspect(error, { showHidden: true }), secrets);
});

test("reads all pages of the transactions", async (t) => {
  const { wearon, requests } = await serve(t, (_, n) =>
    ok({ transactions: [{ id: `${n}a` }, { id: `${n}b` }], next_cursor: n < 3 ? `c&${n}` : null }),
  );
  const ids = [];
  for await (const transaction of wearon.credits.transactions({ limit: 2 })) {
    ids.push(transaction.id);
  }
  assert.deepEqual(ids, ["1a", "1b", "2a", "2b", "3a", "3b"]);
  assert.deepEqual(requests.map(({ url }) => url.split("?")[1]), ["limit=2", "limit=2&cursor=c%261", "limit=2&cursor=c%262"]);
});

test("lists the try-ons of a shopper", async (t) => {
  const { wearon, requests } = await serve(t, (_, n) =>
    ok({ generations: [{ session_id: `${n}` }], next_cursor: n < 2 ? "c" : null }),
  );
  const ids = [];
  const asked = { status: "failed", createdFrom: new Date(0), createdTo: "2026-11-21", shopperEmail: "ann@example.com" };
  for await (const listed of wearon.generations.list(asked)) {
    ids.push(listed.session_id);
  }
  assert.deepEqual(ids, ["1", "2"]);
  assert.equal(
    requests[1].url,
    "/api/v1/generation?status=failed&created_from=1970-01-01T00%3A00%3A00.000Z&created_to=2026-11-21&cursor=c",
  );
  assert.equal(requests[1].headers["x-shopper-email"], "ann@example.com");
});

test("reads the usage", async (t) => {
  const usage = { usage: [{ outcome: "completed", try_ons: 3 }] };
  const { wearon, requests } = await serve(t, () => ok(usage));
  assert.deepEqual(await wearon.generations.usage({ from: "2026-11-01", to: new Date(0) }), usage);
  await wearon.generations.usage({ from: "2026-11-01", to: "2026-11-02", bucket: "hour", by: "key" });
  assert.deepEqual(requests.map(({ url }) => url), [
    "/api/v1/usage?from=2026-11-01&to=1970-01-01T00%3A00%3A00.000Z",
    "/api/v1/usage?from=2026-11-01&to=2026-11-02&bucket=hour&by=key",
  ]);
});

test("a list that repeats a page ends with an error", async (t) => {
  const { wearon } = await serve(t, () => ok({ transactions: [], next_cursor: "same" }));
  const error = await failure((async () => { for await (const _ of wearon.credits.transactions()); })());
  assert.equal(error.code, "UNEXPECTED_RESPONSE");
});

test("an id that is no UUID is not sent", async (t) => {
  const { wearon, requests } = await serve(t, service("completed"));
  assert.equal((await failure(wearon.generations.get("../credits/balance"))).code, "VALIDATION_ERROR");
  assert.equal(requests.length, 0);
});

test("the bytes of a picture come from its signed URL, without the key", async (t) => {
  const { wearon, url, requests } = await serve(t, () => ({ body: "a picture" }));
  const pictures = [`${url}/p.jpg`, { generated_image_url: `${url}/p.jpg` }, { image_url: `${url}/p.jpg` }, { download_url: `${url}/p.jpg` }];
  for (const picture of pictures) {
    assert.equal(Buffer.from(await wearon.downloads.get(picture)).toString(), "a picture");
  }
  assert.ok(requests.every(({ headers }) => headers.authorization === undefined));
  assert.equal((await failure(wearon.downloads.get({ download_url: null }))).code, "NOT_FOUND");
  assert.equal(requests.length, pictures.length);
});

test("a picture that is not there, or is no picture of the service, is an error", async (t) => {
  const gone = await serve(t, () => ({ status: 404, body: "gone" }));
  assert.equal((await failure(gone.wearon.downloads.get(`${gone.url}/p.jpg`))).status, 404);
  const endless = await serve(t, () => ({ body: "x".repeat(33 * 1024 * 1024) }));
  assert.equal((await failure(endless.wearon.downloads.get(`${endless.url}/p.jpg`))).code, "UNEXPECTED_RESPONSE");
});

test("each other route has its call", async (t) => {
  const { wearon, requests } = await serve(t, () => ok({ downloads: [{ download_url: null }] }));
  await wearon.downloads.create(["stores/s/generated/1.jpg"]);
  await wearon.credits.shopper("anna.müller@example.com");
  await wearon.store.config();
  await wearon.store.change({ billingMode: "resell_mode", retailCreditPrice: 0.5 });
  await wearon.store.analytics({ start: "2026-11-01", end: new Date(0) });
  assert.deepEqual(
    requests.map(({ method, url, json }) => [method, url, json]),
    [
      ["POST", "/api/v1/storage/downloads", { paths: ["stores/s/generated/1.jpg"] }],
      ["GET", "/api/v1/credits/shopper", undefined],
      ["GET", "/api/v1/stores/config", undefined],
      ["PATCH", "/api/v1/stores/config", { billing_mode: "resell_mode", retail_credit_price: 0.5 }],
      ["GET", "/api/v1/stores/analytics?start_date=2026-11-01&end_date=1970-01-01T00%3A00%3A00.000Z", undefined],
    ],
  );
  const sent = Buffer.from(requests[1].headers["x-shopper-email"], "latin1").toString("utf8");
  assert.equal(sent, "anna.müller@example.com");
  assert.ok(requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`));
});
