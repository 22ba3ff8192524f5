import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { WearOnConnectionError, WearOnError } from "../../dist/esm/index.js";
import { BALANCE, failure, ID, ok, PNG, refused, serve, service, session } from "./server.mjs";

const URLS = { person: "https://x.example/person", garment: "https://x.example/garment", ageVerified: true };

test("waits for Retry-After before it repeats", async (t) => {
  const { wearon, requests } = await serve(t, (_, n) =>
    n === 1 ? refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "1" }) : ok(BALANCE),
  );
  assert.deepEqual(await wearon.credits.balance(), BALANCE);
  assert.equal(requests.length, 2);
  assert.ok(requests[1].at - requests[0].at >= 990, "the pause is as long as asked");
});

test("understands a Retry-After that is a date", async (t) => {
  const { wearon } = await serve(
    t,
    () => refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": new Date(Date.now() + 90_000).toUTCString() }),
  );
  const error = await failure(wearon.credits.balance());
  assert.ok(error.retryAfter > 85 && error.retryAfter <= 91, `${error.retryAfter}`);
});

test("does not wait for a Retry-After beyond the end of the call", async (t) => {
  const { wearon, requests } = await serve(t, () => refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "3000" }));
  const error = await failure(wearon.credits.balance());
  assert.equal(error.retryAfter, 3000);
  assert.equal(requests.length, 1);
});

test("keeps one Idempotency-Key on each repeat of a create, and takes another for the next", async (t) => {
  const { wearon, requests } = await serve(t, (_, n) =>
    n === 1 ? "cut" : n === 2 ? refused(409, "REQUEST_IN_PROGRESS", { "Retry-After": "0" })
      : ok({ session_id: ID, status: "queued" }, 201, n === 3 ? { "Idempotency-Replayed": "true" } : {}),
  );
  const first = await wearon.generations.create(URLS);
  const second = await wearon.generations.create(URLS);
  const keys = requests.map((request) => request.headers["idempotency-key"]);
  assert.equal(keys.length, 4);
  assert.match(keys[0], /^[0-9a-f]{32}$/);
  assert.deepEqual(keys.slice(0, 3), [keys[0], keys[0], keys[0]]);
  assert.notEqual(keys[3], keys[0]);
  assert.deepEqual([first.id, first.replayed, first.idempotencyKey], [ID, true, keys[0]]);
  assert.equal(second.replayed, false);
});

test("sends the key of the caller, and names it in an error", async (t) => {
  const { wearon, requests } = await serve(t, () => refused(503, "SERVICE_UNAVAILABLE", { "X-Session-Id": ID }));
  const error = await failure(wearon.generations.create({ ...URLS, idempotencyKey: "cart-4711-1" }));
  assert.equal(requests[0].headers["idempotency-key"], "cart-4711-1");
  assert.deepEqual([error.idempotencyKey, error.sessionId, error.code], ["cart-4711-1", ID, "SERVICE_UNAVAILABLE"]);
});

const away = (headers) => refused(503, "SERVICE_UNAVAILABLE", { "Retry-After": "0", ...headers });
const limited = refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "3000" });
for (const [what, answers, expected] of [
  ["a lost response, then 429", ["cut", limited], ["CONNECTION_FAILED", undefined, 3000]],
  ["a lost response, then 401", ["cut", refused(401, "INVALID_API_KEY")], ["CONNECTION_FAILED", undefined, undefined]],
  ["a 503, then 403", [away(), refused(403, "FORBIDDEN")], ["SERVICE_UNAVAILABLE", undefined, 0]],
  ["a 503 with an id, then 429", [away({ "X-Session-Id": ID }), limited], ["SERVICE_UNAVAILABLE", ID, 3000]],
  ["a 503 with an id, then lost responses", [away({ "X-Session-Id": ID }), "cut"], ["CONNECTION_FAILED", ID, undefined]],
  ["a 503 with an id, then a timeout", [away({ "X-Session-Id": ID }), "hang"], ["SERVICE_UNAVAILABLE", ID, 0]],
  ["a 503 with an id, then 402", [away({ "X-Session-Id": ID }), refused(402, "NO_CREDITS")], ["NO_CREDITS", ID, undefined]],
  ...[200, 302, 404, 408].map((status) => [
    `a 503 with an id, then ${status} of a proxy`,
    [away({ "X-Session-Id": ID }), { status, headers: { "Retry-After": "0" }, body: "<h1>Sorry" }],
    ["SERVICE_UNAVAILABLE", ID, 0],
  ]),
  ["429, then 429", [refused(429, "FIRST", { "Retry-After": "0" }), limited], ["RATE_LIMIT_EXCEEDED", undefined, 3000]],
]) {
  test(`a create that may be charged is not hidden by its repeat: ${what}`, async (t) => {
    const { wearon } = await serve(t, (_, n) => answers[Math.min(n, answers.length) - 1], {
      // The shorter limit is awaited.
      timeout: answers.includes("hang") ? 3000 : 30_000,
    });
    const error = await failure(wearon.generations.create(URLS));
    assert.deepEqual([error.code, error.sessionId, error.retryAfter], expected);
    assert.match(error.idempotencyKey, /^[0-9a-f]{32}$/);
  });
}

test("a tryOn whose create is lost can be repeated with its key and its uploads", async (t) => {
  let lost = true;
  const { wearon, requests } = await serve(
    t,
    (request) => (lost && request.url.endsWith("/create") ? "cut" : service("completed")(request)),
    { maxRetries: 0 },
  );
  const options = { person: PNG, garment: PNG, accessories: [PNG], ageVerified: true };
  const error = await failure(wearon.tryOn(options));
  lost = false;
  const { idempotencyKey, pictures } = error;
  assert.equal((await wearon.tryOn({ ...options, ...pictures, idempotencyKey })).status, "completed");
  const creates = requests.filter(({ url }) => url.endsWith("/create"));
  assert.deepEqual(creates[1].json, creates[0].json);
  assert.equal(creates[1].headers["idempotency-key"], creates[0].headers["idempotency-key"]);
  assert.equal(requests.filter(({ method }) => method === "PUT").length, 3);
  assert.doesNotMatch(inspect(error) + JSON.stringify(error) + Object.keys(error), /uploads|pictures/);
});

test("an error of a tryOn has the key that a repeat needs", async (t) => {
  const own = { person: PNG, garment: PNG, ageVerified: true, idempotencyKey: "cart-1" };
  const { wearon } = await serve(t, () => refused(401, "INVALID_API_KEY"));
  assert.equal((await failure(wearon.tryOn(own))).idempotencyKey, "cart-1", "the uploads were refused");
  const endless = await serve(t, service("processing"));
  const { idempotencyKey: _, ...options } = own;
  const late = await failure(endless.wearon.tryOn({ ...options, timeout: 4000 }));
  const create = endless.requests.find(({ url }) => url.endsWith("/create"));
  assert.deepEqual([late.code, late.idempotencyKey], ["TIMEOUT", create.headers["idempotency-key"]]);
  const failing = await serve(t, service(session("failed", { error_code: "TIMEOUT" })));
  assert.equal((await failure(failing.wearon.tryOn(own))).idempotencyKey, undefined, "a repeat is a new try-on");
});

test("a tryOn that has failed has its uploads, for another one", async (t) => {
  const { wearon, url } = await serve(t, service(session("failed", { error_code: "TIMEOUT" })));
  const error = await failure(wearon.tryOn({ person: PNG, garment: `${url}/shirt.png`, ageVerified: true }));
  assert.deepEqual(error.pictures, { person: `${url}/stores/s/uploads/0`, garment: `${url}/shirt.png`, accessories: [] });
});

test("an abort has the id of the generation that an earlier attempt named", async (t) => {
  const stop = new AbortController();
  // The abort comes in the pause: after the response has arrived.
  const stopping = async (url, init) => {
    const response = await fetch(url, init);
    const body = await response.text();
    setTimeout(() => stop.abort(), 100);
    return new Response(body, response);
  };
  const answer = refused(503, "SERVICE_UNAVAILABLE", { "Retry-After": "20", "X-Session-Id": ID });
  const { wearon } = await serve(t, () => answer, { fetch: stopping });
  const error = await failure(wearon.generations.create({ ...URLS, signal: stop.signal }));
  assert.deepEqual([error.code, error.sessionId], ["ABORTED", ID]);
});

for (const [status, code] of [
  [400, "VALIDATION_ERROR"],
  [401, "INVALID_API_KEY"],
  [402, "INSUFFICIENT_CREDITS"],
  [402, "DAILY_CAP_REACHED"],
  [403, "AGE_VERIFICATION_REQUIRED"],
  [404, "NOT_FOUND"],
  [409, "KEY_INACTIVE"],
  [413, "PAYLOAD_TOO_LARGE"],
  [422, "IDEMPOTENCY_KEY_REUSED"],
  [503, "SERVICE_UNAVAILABLE"],
  [507, "INSUFFICIENT_STORAGE"],
]) {
  test(`never repeats ${status} ${code}`, async (t) => {
    // Not even if the answer has a Retry-After; a 503 has none if waiting does not help.
    const { wearon, requests } = await serve(t, () =>
      refused(status, code, status === 503 ? {} : { "Retry-After": "0" }),
    );
    const error = await failure(wearon.generations.create(URLS));
    assert.ok(error instanceof WearOnError);
    assert.deepEqual(
      [error.status, error.code, error.message, error.requestId],
      [status, code, `The reason of ${code}.`, "req_1"],
    );
    assert.equal(requests.length, 1);
  });
}

for (const status of [408, 429, 502, 503, 504]) {
  test(`repeats a ${status} of a proxy twice`, async (t) => {
    const { wearon, requests } = await serve(t, () => ({ status, headers: { "Retry-After": "0" }, body: "<h1>Sorry" }));
    const error = await failure(wearon.credits.balance());
    assert.deepEqual([error.status, error.code], [status, "UNEXPECTED_RESPONSE"]);
    assert.equal(requests.length, 3);
  });
}

test("repeats a 500 once", async (t) => {
  const { wearon, requests } = await serve(t, () => refused(500, "INTERNAL_ERROR", { "Retry-After": "0" }));
  assert.equal((await failure(wearon.credits.balance())).code, "INTERNAL_ERROR");
  assert.equal(requests.length, 2);
});

test("repeats as often as it is told", async (t) => {
  const { wearon, requests } = await serve(t, () => "cut", { maxRetries: 0 });
  const error = await failure(wearon.credits.balance());
  assert.ok(error instanceof WearOnConnectionError);
  assert.equal(error.code, "CONNECTION_FAILED");
  assert.equal(requests.length, 1);
});

test("pauses longer before each repeat if the answer does not say how long", async (t) => {
  const { wearon, requests } = await serve(t, () => "cut");
  await failure(wearon.credits.balance());
  const [first, second] = [requests[1].at - requests[0].at, requests[2].at - requests[1].at];
  assert.ok(first >= 370 && second >= 745, `${first} ms, ${second} ms`);
});
