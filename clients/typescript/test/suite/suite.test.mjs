import assert from "node:assert/strict";
import { test } from "node:test";
import { GenerationFailedError } from "../../dist/esm/index.js";
import { failure } from "../unit/server.mjs";
import { damaged, garment, person, shop } from "./shops.mjs";

const creates = (requests) => requests.filter(({ path }) => path === "/api/v1/generation/create");

test("a try-on from two pictures to the result", async () => {
  const { wearon } = await shop({ credits: 2 });
  const stages = [];
  const generation = await wearon.tryOn({
    person: new Blob([person]),
    garment,
    garmentType: "upper",
    shopperEmail: "jörg@example.com",
    ageVerified: true,
    onProgress: ({ stage }) => stages.push(stage),
  });
  assert.equal(generation.status, "completed");
  assert.deepEqual([stages[0], stages[3], stages.at(-1)], ["uploading", "queued", "completed"]);
  const picture = await fetch(generation.generated_image_url);
  assert.match(picture.headers.get("Content-Type"), /^image\//);
  assert.ok((await picture.arrayBuffer()).byteLength > 1000);
  assert.ok((await wearon.downloads.get(generation)).byteLength > 1000);
  assert.deepEqual(await wearon.generations.get(generation.session_id).then((g) => g.status), "completed");

  const path = new URL(generation.generated_image_url).pathname.slice(1);
  const downloads = await wearon.downloads.create([path, "stores/x/generated/y.jpg"]);
  assert.equal((await fetch(downloads[0].download_url)).status, 200);
  assert.equal(downloads[1].download_url, null);

  for await (const { balance } of wearon.store.events()) {
    if (balance !== undefined) {
      assert.equal(balance, 1);
      break;
    }
  }
});

test("a create that is repeated is charged once", async () => {
  // The first response is lost after the service has sent it.
  let lost = 0;
  const losing = async (url, init) => {
    const response = await fetch(url, init);
    sent.push(init.headers["Idempotency-Key"]);
    if (url.endsWith("/create") && lost++ === 0) {
      await response.arrayBuffer();
      throw new TypeError("the connection broke");
    }
    return response;
  };
  const sent = [];
  const { wearon } = await shop({ credits: 5, fetch: losing });
  const pictures = { person: (await wearon.uploads.put(person)).image_url, garment: (await wearon.uploads.put(garment)).image_url };
  sent.length = 0;
  const handle = await wearon.generations.create({ ...pictures, ageVerified: true });
  assert.equal(handle.replayed, true);
  assert.deepEqual(sent, [handle.idempotencyKey, handle.idempotencyKey]);
  const states = [];
  for await (const state of handle.events()) {
    states.push(state);
  }
  const last = states.at(-1);
  assert.deepEqual([last.status, last.generated_image_url], ["completed", null]);
  assert.deepEqual((await handle.events({ after: last.version }).next()).done, true);
  await handle.wait();
  const again = await wearon.generations.create({ ...pictures, ageVerified: true, idempotencyKey: handle.idempotencyKey });
  assert.deepEqual([again.id, again.replayed], [handle.id, true]);

  const reused = await failure(
    wearon.generations.create({ ...pictures, prompt: "other", ageVerified: true, idempotencyKey: handle.idempotencyKey }),
  );
  assert.deepEqual([reused.status, reused.code], [422, "IDEMPOTENCY_KEY_REUSED"]);
  const transactions = [];
  for await (const transaction of wearon.credits.transactions({ limit: 1 })) {
    transactions.push([transaction.type, transaction.delta, transaction.session_id]);
  }
  assert.deepEqual(transactions, [["deduction", -1, handle.id], ["purchase", 5, null]]);
  const listed = await wearon.generations.listPage({ status: "completed", limit: 1 });
  assert.deepEqual(listed.generations.map(({ session_id }) => session_id), [handle.id]);
  const receipt = await wearon.generations.receipt(handle.id);
  assert.deepEqual([receipt.paid_by, receipt.net_charge, receipt.release], ["pool", 1, null]);
  assert.equal((await handle.cancel()).status, "completed");
  const { created_at } = await handle.get();
  const { usage } = await wearon.generations.usage({ from: created_at, to: created_at, bucket: "hour" });
  assert.deepEqual(usage.map(({ outcome, try_ons, credits_used }) => [outcome, try_ons, credits_used]), [["completed", 1, 1]]);
});

test("without credits a create is refused with 402, and is sent once", async () => {
  const { wearon, requests } = await shop();
  const error = await failure(wearon.tryOn({ person, garment, ageVerified: true }));
  assert.deepEqual([error.status, error.code], [402, "INSUFFICIENT_CREDITS"]);
  assert.ok(error.requestId && error.message && error.idempotencyKey);
  assert.equal(creates(requests).length, 1);
});

test("over the limit a call is refused with 429 and the time to wait, and is sent once", async () => {
  const { wearon, requests } = await shop({ tier: null });
  for (let call = 0; call < 5; call++) {
    await wearon.credits.balance();
  }
  const error = await failure(wearon.credits.balance({ timeout: 20_000 }));
  assert.deepEqual([error.status, error.code], [429, "RATE_LIMIT_EXCEEDED"]);
  assert.ok(error.retryAfter >= 1 && error.retryAfter <= 61);
  assert.equal(requests.length, 6);
});

test("a failed try-on is an error, and its credit comes back", async () => {
  const { wearon } = await shop({ credits: 1 });
  const error = await failure(wearon.tryOn({ person: damaged(person), garment, ageVerified: true }));
  assert.ok(error instanceof GenerationFailedError, String(error));
  assert.equal(error.code, "BAD_IMAGE");
  assert.ok(error.message.length > 10 && error.sessionId);
  const until = Date.now() + 60_000;
  while ((await wearon.generations.get(error.sessionId)).credits_refunded !== 1) {
    assert.ok(Date.now() < until, "the credit came back");
  }
});

test("an abort leaves the try-on running, and another client waits for it", async () => {
  const { wearon } = await shop({ credits: 1 });
  const stop = new AbortController();
  const error = await failure(
    wearon.tryOn({
      person,
      garment,
      ageVerified: true,
      signal: stop.signal,
      onProgress: ({ stage }) => stage === "queued" && stop.abort(),
    }),
  );
  assert.equal(error.code, "ABORTED");
  assert.equal((await wearon.generations.wait(error.sessionId)).status, "completed");
});

test("a picture that is none is refused at its upload, and nothing is charged", async () => {
  const { wearon, requests } = await shop({ credits: 1 });
  const error = await failure(wearon.tryOn({ person: Buffer.from("hello"), garment, ageVerified: true }));
  assert.equal(error.status, 400);
  assert.equal(creates(requests).length, 0);
});

test("the other calls of a store", async () => {
  const { wearon } = await shop({ credits: 3 });
  assert.equal((await wearon.health()).status, "ok");
  assert.deepEqual(await wearon.credits.balance(), { balance: 3, total_purchased: 3, total_spent: 0, test: false });
  assert.deepEqual(await wearon.credits.shopper("jörg@example.com"), { balance: 0, total_purchased: 0, total_spent: 0 });
  assert.equal((await wearon.credits.transactionPage({ limit: 1 })).transactions.length, 1);
  assert.ok((await wearon.store.config()).privacy_disclosure);
  assert.equal((await wearon.store.change({ billingMode: "absorb_mode" })).billing_mode, "absorb_mode");
  assert.equal((await wearon.store.analytics({ start: "2026-01-01", end: new Date() })).total_generations, 0);
  const missing = await failure(wearon.generations.get("0193c0de-0000-7000-8000-000000000002"));
  assert.deepEqual([missing.status, missing.code], [404, "NOT_FOUND"]);
});

test("a page of an allowed origin may send what the client sends, and read every answer", async () => {
  const origin = "https://shop.example";
  const { wearon, requests, answers } = await shop({ allowed_domains: [origin], origin });
  const names = "authorization,content-type,idempotency-key,x-shopper-email";
  const preflight = await fetch(`${process.env.WEARON_URL}/api/v1/generation/create`, {
    method: "OPTIONS",
    headers: { Origin: origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": names },
  });
  const allowed = preflight.headers.get("Access-Control-Allow-Headers").toLowerCase();
  for (const name of names.split(",")) {
    assert.ok(allowed.includes(name), `${name} is missing in ${allowed}`);
  }
  const error = await failure(wearon.tryOn({ person, garment, ageVerified: true }));
  assert.equal(error.code, "INSUFFICIENT_CREDITS");
  for (const [index, headers] of answers.entries()) {
    const ofCreate = requests[index].path.startsWith("/api/") ? ["x-session-id", "idempotency-replayed"] : [];
    assert.match(headers.get("Access-Control-Allow-Origin"), /^(\*|https:\/\/shop\.example)$/);
    const exposed = headers.get("Access-Control-Expose-Headers").toLowerCase();
    for (const name of ["x-request-id", "retry-after", ...ofCreate]) {
      assert.ok(exposed.includes(name), `${name} is missing in ${exposed}`);
    }
  }
});
