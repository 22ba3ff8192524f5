import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, ok, refused, serve } from "./server.mjs";

const PATH = "/api/v1/webhook-endpoints";
const ID = "0193c0de-0000-7000-8000-0000000000e1";
const MESSAGE = "0193c0de-0000-7000-8000-0000000000f1";
const SECRET = `whsec_${"A".repeat(43)}=`;
const URL = "https://shop.example/hook";
const lines = (requests) => requests.map(({ method, url }) => `${method} ${url}`);

test("creates, reads, changes, rotates and deletes endpoints", async (t) => {
  const endpoint = { endpoint_id: ID, url: URL, event_types: [], enabled: true };
  const answers = [
    ok({ ...endpoint, secret: SECRET }, 201),
    ok({ endpoints: [endpoint] }),
    ok(endpoint),
    ok({ ...endpoint, enabled: false }),
    ok({ endpoint_id: ID, secret: SECRET, previous_secret_expires_at: null }),
    ok({ endpoint_id: ID }),
  ];
  const { wearon, requests } = await serve(t, (_, number) => answers[number - 1]);
  const { webhookEndpoints } = wearon;
  assert.equal((await webhookEndpoints.create({ url: URL, eventTypes: ["generation.failed"] })).secret, SECRET);
  assert.deepEqual(await webhookEndpoints.list(), [endpoint]);
  assert.deepEqual(await webhookEndpoints.get(ID), endpoint);
  assert.equal((await webhookEndpoints.change(ID, { enabled: false })).enabled, false);
  assert.equal((await webhookEndpoints.rotateSecret(ID, { overlapSeconds: 0 })).secret, SECRET);
  await webhookEndpoints.delete("a/../b");
  assert.deepEqual(lines(requests), [
    `POST ${PATH}`,
    `GET ${PATH}`,
    `GET ${PATH}/${ID}`,
    `PATCH ${PATH}/${ID}`,
    `POST ${PATH}/${ID}/rotate-secret`,
    `DELETE ${PATH}/a%2F..%2Fb`,
  ]);
  assert.deepEqual(
    [0, 3, 4].map((number) => requests[number].json),
    [{ url: URL, event_types: ["generation.failed"] }, { enabled: false }, { overlap_seconds: 0 }],
  );
});

test("reads all attempts, and sends messages again", async (t) => {
  const answers = [
    ok({ attempts: [{ message_id: MESSAGE, outcome: "delivered" }], next_cursor: "c" }),
    ok({ attempts: [{ message_id: MESSAGE, outcome: "refused" }], next_cursor: null }),
    ok({ message_id: MESSAGE }),
    ok({ message_id: MESSAGE }),
    ok({ replayed: 2, next_since: null }),
  ];
  const { wearon, requests } = await serve(t, (_, number) => answers[number - 1]);
  const { webhookEndpoints } = wearon;
  const outcomes = [];
  for await (const { outcome } of webhookEndpoints.attempts(ID, { limit: 1 })) {
    outcomes.push(outcome);
  }
  assert.deepEqual(outcomes, ["delivered", "refused"]);
  assert.equal(await webhookEndpoints.test(ID), MESSAGE);
  await webhookEndpoints.resend(ID, MESSAGE);
  const since = new Date(Date.UTC(2026, 11, 1));
  assert.deepEqual(await webhookEndpoints.replay(ID, { since }), { replayed: 2, next_since: null });
  assert.deepEqual(lines(requests), [
    `GET ${PATH}/${ID}/attempts?limit=1`,
    `GET ${PATH}/${ID}/attempts?limit=1&cursor=c`,
    `POST ${PATH}/${ID}/test`,
    `POST ${PATH}/${ID}/messages/${MESSAGE}/resend`,
    `POST ${PATH}/${ID}/replay`,
  ]);
  assert.deepEqual(requests[4].json, { since: "2026-12-01T00:00:00.000Z" });
});

test("a URL that the store has already is a conflict", async (t) => {
  const { wearon, requests } = await serve(t, () => refused(409, "ENDPOINT_EXISTS"));
  assert.equal((await failure(wearon.webhookEndpoints.create({ url: URL }))).code, "ENDPOINT_EXISTS");
  assert.equal(requests.length, 1);
});
