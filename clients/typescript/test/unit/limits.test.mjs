import assert from "node:assert/strict";
import { test } from "node:test";
import { WearOn, WearOnAbortError, WearOnTimeoutError } from "../../dist/esm/index.js";
import { failure, ID, KEY, ok, PNG, refused, serve, service, session } from "./server.mjs";

const TRY_ON = { person: PNG, garment: PNG, ageVerified: true };

test("ends a call after its timeout, with all its repeats", async (t) => {
  const { wearon, requests } = await serve(t, () => "hang", { timeout: 5000 });
  const begin = Date.now();
  const error = await failure(wearon.credits.balance());
  assert.ok(error instanceof WearOnTimeoutError);
  assert.deepEqual([error.code, requests.length], ["TIMEOUT", 1]);
  assert.ok(Date.now() - begin < 20_000);
});

test("a call can have its own timeout", async (t) => {
  const { wearon } = await serve(t, () => "hang");
  assert.match((await failure(wearon.credits.balance({ timeout: 50 }))).message, /50 ms/);
});

test("sends nothing if the signal is already aborted", async (t) => {
  const { wearon, requests } = await serve(t, service("completed"));
  const error = await failure(wearon.tryOn({ ...TRY_ON, signal: AbortSignal.abort() }));
  assert.ok(error instanceof WearOnAbortError);
  assert.deepEqual([error.name, error.code, requests.length], ["AbortError", "ABORTED", 0]);
});

test("an abort ends a request that hangs", async (t) => {
  const stop = new AbortController();
  const { wearon } = await serve(t, () => {
    stop.abort("the shopper left");
    return "hang";
  });
  const error = await failure(wearon.credits.balance({ signal: stop.signal }));
  assert.deepEqual([error.name, error.cause], ["AbortError", "the shopper left"]);
});

test("an abort ends a pause before a repeat", async (t) => {
  const stop = new AbortController();
  const { wearon, requests } = await serve(t, () => {
    setTimeout(() => stop.abort(), 50);
    return refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "20" });
  });
  const begin = Date.now();
  assert.equal((await failure(wearon.credits.balance({ signal: stop.signal }))).code, "ABORTED");
  assert.equal(requests.length, 1);
  assert.ok(Date.now() - begin < 15_000);
});

test("an abort ends only the wait: the error has the id, and the wait can go on", async (t) => {
  const stop = new AbortController();
  const { wearon, requests } = await serve(t, service("queued", "processing", "completed"));
  const error = await failure(
    wearon.tryOn({ ...TRY_ON, signal: stop.signal, onProgress: ({ stage }) => stage === "processing" && stop.abort() }),
  );
  assert.deepEqual([error.code, error.sessionId], ["ABORTED", ID]);
  assert.equal((await wearon.generations.wait(error.sessionId)).status, "completed");
  assert.deepEqual(new Set(requests.map(({ method }) => method)), new Set(["POST", "PUT", "GET"]));
});

test("a timeout of a wait has the id", async (t) => {
  const { wearon } = await serve(t, service("processing"));
  const error = await failure(wearon.generations.wait(ID, { timeout: 200 }));
  assert.deepEqual([error.code, error.sessionId], ["TIMEOUT", ID]);
  const whole = await failure(wearon.tryOn({ ...TRY_ON, timeout: 5000 }));
  assert.deepEqual([whole.code, whole.sessionId], ["TIMEOUT", ID]);
});

for (const [what, outage] of [
  ["faults", [refused(500, "INTERNAL_ERROR"), refused(500, "INTERNAL_ERROR"), { status: 502, body: "<h1>Sorry" }]],
  ["a restart", [refused(503, "SERVICE_UNAVAILABLE"), "cut", refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "1" })]],
  ["a full disk, and a read that hangs", [refused(507, "INSUFFICIENT_STORAGE"), "hang"]],
]) {
  test(`a wait outlives ${what}`, async (t) => {
    const answers = [session("queued"), ...outage, session("completed")];
    // The shorter limit is awaited.
    const options = { maxRetries: 0, timeout: outage.includes("hang") ? 3000 : 30_000 };
    const { wearon, requests } = await serve(t, (_, n) => answers[n - 1], options);
    const statuses = [];
    const generation = await wearon.generations.wait(ID, { onStatus: (status) => statuses.push(status) });
    assert.deepEqual([generation.status, statuses], ["completed", ["queued", "completed"]]);
    assert.equal(requests.length, answers.length);
  });
}

test("a wait ends with its time if the service stays away, and at once if it refuses", async (t) => {
  let answer = refused(500, "INTERNAL_ERROR");
  const { wearon } = await serve(t, () => answer);
  const late = await failure(wearon.generations.wait(ID, { timeout: 900 }));
  assert.deepEqual([late.code, late.sessionId], ["TIMEOUT", ID]);
  answer = refused(503, "SERVICE_UNAVAILABLE", { "Retry-After": "3600" });
  assert.equal((await failure(wearon.generations.wait(ID))).retryAfter, 3600);
  answer = refused(404, "NOT_FOUND");
  assert.equal((await failure(wearon.generations.wait(ID))).code, "NOT_FOUND");
});

test("leaves no listener on a signal of the caller", async (t) => {
  const { wearon } = await serve(t, service("completed"));
  const signal = new AbortController().signal;
  let listeners = 0;
  const counted = new Proxy(signal, {
    get(target, name) {
      if (name === "addEventListener") listeners++;
      if (name === "removeEventListener") listeners--;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await wearon.tryOn({ ...TRY_ON, signal: counted });
  assert.equal(listeners, 0);
});

test("refuses what it cannot use, without naming the key", () => {
  for (const apiKey of [undefined, "", "wk_123\nX-Evil: 1", "schlüssel", 5]) {
    assert.throws(() => new WearOn({ apiKey, baseUrl: "https://x.example" }), (error) => {
      assert.ok(error instanceof TypeError && !error.message.includes(apiKey || "none"));
      return true;
    });
  }
  for (const baseUrl of [undefined, "x.example", "ftp://x.example", "https://user:secret@x.example"]) {
    assert.throws(() => new WearOn({ apiKey: KEY, baseUrl }), /baseUrl must be/);
  }
  assert.throws(() => new WearOn({ apiKey: KEY, baseUrl: "https://x.example", maxRetries: Infinity }), /maxRetries/);
});

test("takes a key with a line end, and an address with a slash or a path", async (t) => {
  const { url, requests } = await serve(t, () => ok({ status: "ok" }));
  await new WearOn({ apiKey: `${KEY}\n`, baseUrl: `${url}/wearon/` }).health();
  assert.equal(requests[0].headers.authorization, `Bearer ${KEY}`);
  assert.equal(requests[0].url, "/wearon/api/v1/health");
});
