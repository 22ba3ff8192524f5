import assert from "node:assert/strict";
import test from "node:test";
import { EventReader } from "../../dist/esm/events.js";
import { events, failure, ID, KEY, ok, refused, serve, session } from "./server.mjs";

const COMPLETED = () => session("completed", { credits_used: 1, generated_image_url: "http://127.0.0.1/result.jpg" });
const NO_CONTENT = { status: 204 };
const list = async (items) => {
  const found = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
};
const all = async (states) => (await list(states)).map(({ version }) => version);
const lastIds = (streamed) => streamed.map(({ headers }) => headers["last-event-id"]);

test("the states of a generation arrive up to the last one", async (t) => {
  const streams = [events([[1, "queued"], [2, "processing"], [3, "completed"]], "open")];
  const { wearon, streamed } = await serve(t, COMPLETED, { streams });
  assert.deepEqual(await all(wearon.generations.events(ID)), [1, 2, 3]);
  const [{ url, headers }] = streamed;
  assert.equal(url, `/api/v1/generation/${ID}/events`);
  assert.deepEqual([headers.accept, headers.authorization], ["text/event-stream", `Bearer ${KEY}`]);
  await streamed[0].closed;
});

test("after a break the states continue after the last one", async (t) => {
  for (const end of ["end", "cut"]) {
    const streams = [events([[1, "queued"]], end), "cut", events([[2, "processing"], [3, "failed"]])];
    const { wearon, streamed } = await serve(t, COMPLETED, { streams });
    assert.deepEqual(await all(wearon.generations.events(ID)), [1, 2, 3]);
    assert.deepEqual(lastIds(streamed), [undefined, "1", "1"]);
  }
});

test("there may be no later state", async (t) => {
  const { wearon, streamed } = await serve(t, COMPLETED, { streams: [events([[1, "queued"]]), NO_CONTENT, NO_CONTENT] });
  assert.deepEqual(await all(wearon.generations.events(ID)), [1]);
  assert.deepEqual(await all(wearon.generations.events(ID, { after: 3 })), []);
  assert.deepEqual(lastIds(streamed), [undefined, "1", "3"]);
});

test("a refusal ends the states, and an outage does not", async (t) => {
  const streams = [refused(404, "NOT_FOUND"), ok({}), refused(503, "SERVICE_UNAVAILABLE", { "Retry-After": "0" }), events([[3, "completed"]])];
  const { wearon, streamed } = await serve(t, COMPLETED, { streams });
  const unknown = await failure(all(wearon.generations.events(ID)));
  assert.deepEqual([unknown.code, unknown.sessionId, streamed.length], ["NOT_FOUND", ID, 1]);
  assert.equal((await failure(all(wearon.generations.events(ID)))).code, "UNEXPECTED_RESPONSE");
  assert.deepEqual(await all(wearon.generations.events(ID)), [3]);
});

test("a store has its generations and its balance, on one connection", async (t) => {
  const streams = [events([[2, "processing"], [3, "completed"]], "end", 49), events([[1, "queued"]], "cut"), refused(403, "X")];
  const { wearon, streamed } = await serve(t, COMPLETED, { streams: [...streams, events([], "open", "many"), events([], "open", 5)] });
  const told = await list(wearon.store.events());
  assert.deepEqual(told.map(({ generation, balance }) => generation?.version ?? balance), [2, 3, 49]);
  assert.deepEqual([streamed[0].url, lastIds(streamed)], ["/api/v1/events", [undefined]]);
  assert.equal((await failure(list(wearon.store.events()))).code, "CONNECTION_FAILED");
  assert.equal((await failure(list(wearon.store.events()))).status, 403);
  assert.equal((await failure(wearon.store.events().next())).code, "UNEXPECTED_RESPONSE");
  for await (const { balance } of wearon.store.events()) {
    assert.equal(balance, 5);
    break;
  }
  await Promise.all(streamed.map(({ closed }) => closed));
});

test("the states end with the time, the signal or the loop", async (t) => {
  const open = events([[1, "queued"]], "open");
  const { wearon, streamed } = await serve(t, COMPLETED, { streams: [open, open, open] });
  assert.equal((await failure(all(wearon.generations.events(ID, { timeout: 200 })))).code, "TIMEOUT");
  const controller = new AbortController();
  const states = wearon.generations.events(ID, { signal: controller.signal });
  assert.equal((await states.next()).value.version, 1);
  controller.abort();
  assert.equal((await failure(states.next())).code, "ABORTED");
  for await (const { version } of wearon.generations.events(ID)) {
    assert.equal(version, 1);
    break;
  }
  await Promise.all(streamed.map(({ closed }) => closed));
});

test("a wait reads the generation once, at its end", async (t) => {
  const streams = [events([[1, "queued"], [2, "processing"]]), events([[3, "completed"]])];
  const { wearon, requests, streamed } = await serve(t, COMPLETED, { streams });
  const statuses = [];
  const generation = await wearon.generations.wait(ID, { onStatus: (status) => statuses.push(status) });
  assert.equal(generation.generated_image_url, "http://127.0.0.1/result.jpg");
  assert.deepEqual(statuses, ["queued", "processing", "completed"]);
  assert.deepEqual([requests.length, lastIds(streamed)], [1, [undefined, "2"]]);
});

test("a wait without a stream reads the generation from time to time", async (t) => {
  for (const step of [refused(429, "RATE_LIMITED", { "Retry-After": "60" }), refused(404, "NOT_FOUND"), ok({}), "cut"]) {
    const { wearon, requests } = await serve(t, COMPLETED, { streams: [step, step] });
    assert.equal((await wearon.generations.wait(ID, { timeout: 30_000 })).status, "completed");
    assert.equal(requests.length, 1);
  }
});

test("an error of the caller's own function ends the wait and its stream", async (t) => {
  const { wearon, streamed } = await serve(t, COMPLETED, { streams: [events([[1, "queued"]], "open")] });
  const error = await failure(
    wearon.generations.wait(ID, {
      onStatus: () => {
        throw new RangeError("mine");
      },
    }),
  );
  assert.equal(error.message, "mine");
  await streamed[0].closed;
});

test("events are read in any parts", () => {
  const text = ": hello\r\nid: 1\r\nevent: a\r\ndata: ä\r\ndata:b\r\n\r\nid: 2\n\ndata: c\n\nevent: cut\ndata: d\n";
  const bytes = Buffer.from(text);
  for (const size of [1, 3, bytes.length]) {
    const reader = new EventReader({ status: 200, headers: new Headers() });
    const read = [];
    for (let start = 0; start < bytes.length; start += size) {
      read.push(...reader.read(bytes.subarray(start, start + size)));
    }
    assert.deepEqual(read, [
      { name: "a", data: "ä\nb" },
      { name: "message", data: "c" },
    ]);
  }
  for (const large of ["a".repeat(600_000), `data: ${"a".repeat(600_000)}\n`]) {
    const reader = new EventReader({ status: 200, headers: new Headers() });
    reader.read(Buffer.from(large));
    assert.throws(() => reader.read(Buffer.from(large)), { code: "UNEXPECTED_RESPONSE" });
  }
});
