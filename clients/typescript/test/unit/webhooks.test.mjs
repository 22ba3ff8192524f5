import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { WearOnError, webhooks } from "../../dist/esm/index.js";
import { failure } from "./server.mjs";

const SECRET = `whsec_${Buffer.from("a secret of 24 bytes....").toString("base64")}`;
const OTHER = `whsec_${Buffer.from("another secret, rotated.").toString("base64")}`;
const BODY = '{"type": "generation.completed", "timestamp": "2026-11-21T10:00:03Z", "data": {"who": "Jörg ✓"}}';

function signed(secret = SECRET, { body = BODY, at = new Date(), id = "msg_1" } = {}) {
  return {
    "webhook-id": id,
    "webhook-timestamp": `${Math.floor(at.getTime() / 1000)}`,
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

test("accepts what Standard Webhooks has signed, in every form of body and headers", async () => {
  const bytes = new TextEncoder().encode(BODY);
  const headers = signed();
  const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  for (const body of [BODY, bytes, Buffer.from(BODY), bytes.buffer]) {
    for (const form of [headers, new Headers(headers), upper]) {
      assert.deepEqual(await webhooks.verify(body, form, SECRET), JSON.parse(BODY));
    }
  }
});

test("accepts the twentieth signature", async () => {
  const headers = signed();
  const twenty = "v1,AAAA ".repeat(19) + headers["webhook-signature"];
  assert.ok(await webhooks.verify(BODY, { ...headers, "webhook-signature": twenty }, SECRET));
});

test("accepts one of several signatures, and a secret without its prefix", async () => {
  const headers = signed();
  const both = `v1a,abc v1,**** ${signed(OTHER)["webhook-signature"]} ${headers["webhook-signature"]}`;
  assert.ok(await webhooks.verify(BODY, { ...headers, "webhook-signature": both }, SECRET.slice(6)));
});

function repeated(name, value) {
  const headers = new Headers({ ...signed(), [name]: value });
  headers.append(name, signed()[name]);
  return headers;
}

const minutes = (n) => new Date(Date.now() + n * 60_000);
for (const [what, body, headers] of [
  ["another body", `${BODY} `, signed()],
  ["another id", BODY, { ...signed(), "webhook-id": "msg_2" }],
  ["another time", BODY, { ...signed(), "webhook-timestamp": `${Math.floor(Date.now() / 1000) - 2}` }],
  ["another secret", BODY, signed(OTHER)],
  ["an old message", BODY, signed(SECRET, { at: minutes(-6) })],
  ["a message of the future", BODY, signed(SECRET, { at: minutes(6) })],
  ["a time that is no number", BODY, { ...signed(), "webhook-timestamp": "now" }],
  ["no signature", BODY, { ...signed(), "webhook-signature": undefined }],
  ["a signature of another version", BODY, { ...signed(), "webhook-signature": signed()["webhook-signature"].replace("v1", "v2") }],
  ["more signatures than a sender has", BODY, { ...signed(), "webhook-signature": "v1,AAAA ".repeat(20) + signed()["webhook-signature"] }],
  ["a body that is no JSON", "hello", signed(SECRET, { body: "hello" })],
  ...["7", "null", '"text"', "[{}]"].map((text) => [`the body ${text}`, text, signed(SECRET, { body: text })]),
  ["two ids", BODY, { ...signed(), "webhook-id": ["msg_1", "msg_2"] }],
  ["a header in two spellings", BODY, { ...signed(), "Webhook-Id": "msg_2" }],
  ["a repeated header", BODY, repeated("webhook-signature", signed(OTHER)["webhook-signature"])],
]) {
  test(`refuses ${what}`, async () => {
    const error = await failure(webhooks.verify(body, headers, SECRET));
    assert.ok(error instanceof WearOnError);
    assert.equal(error.code, "WEBHOOK_INVALID");
  });
}

test("accepts four minutes of difference between two clocks", async () => {
  for (const at of [minutes(-4), minutes(4)]) {
    assert.ok(await webhooks.verify(BODY, signed(SECRET, { at }), SECRET));
  }
});

test("names a wrong use, without the secret", async () => {
  const short = `whsec_${Buffer.alloc(23).toString("base64")}`;
  for (const secret of [undefined, "", "whsec_", "whsec_not base64!", short]) {
    const expected = /^TypeError: secret must be whsec_ and base64 of at least 24 bytes\.$/;
    await assert.rejects(webhooks.verify(BODY, signed(), secret), expected);
  }
  await assert.rejects(webhooks.verify(JSON.parse(BODY), signed(), SECRET), /^TypeError: body must be the received/);
});
