import assert from "node:assert/strict";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { openAsBlob } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { failure, ID, ok, PNG, refused, serve, service } from "./server.mjs";

const JPEG = Buffer.from("\xff\xd8\xff\xe0\0\x10JFIF\0", "latin1");
const WEBP = Buffer.from("RIFF\0\0\0\0WEBPVP8 ", "latin1");

test("uploads, creates, waits, and says how far it is", async (t) => {
  const { wearon, requests, url } = await serve(t, service("queued", "processing", "completed"));
  const progress = [];
  const generation = await wearon.tryOn({
    person: new Blob([JPEG], { type: "text/plain" }),
    garment: `${url}/stores/s/uploads/shirt.png`,
    accessories: [WEBP],
    prompt: "at the sea",
    garmentType: "upper",
    shopperEmail: "ann@example.com",
    ageVerified: true,
    onProgress: (step) => progress.push(step),
  });
  assert.equal(generation.generated_image_url, "http://127.0.0.1/result.jpg");
  assert.deepEqual(progress, [
    { stage: "uploading", uploaded: 0, total: 2 },
    { stage: "uploading", uploaded: 1, total: 2 },
    { stage: "uploading", uploaded: 2, total: 2 },
    { stage: "queued", id: ID },
    { stage: "processing", id: ID },
    { stage: "completed", id: ID },
  ]);
  assert.deepEqual(requests[0].json.files, [
    { file_name: "person.jpeg", content_type: "image/jpeg", size: JPEG.length },
    { file_name: "accessory-1.webp", content_type: "image/webp", size: WEBP.length },
  ]);
  const create = requests.find((request) => request.url === "/api/v1/generation/create");
  assert.deepEqual(create.json, {
    image_urls: [`${url}/stores/s/uploads/0`, `${url}/stores/s/uploads/shirt.png`, `${url}/stores/s/uploads/1`],
    prompt: "at the sea",
    garment_type: "upper",
    age_verified: true,
  });
  assert.equal(create.headers["x-shopper-email"], "ann@example.com");
});

test("keeps, lists, deletes and imports pictures", async (t) => {
  const kept = (name) => ({ path: `stores/s/uploads/${name}`, name, image_url: `http://stored/${name}` });
  const answers = [
    ok({ objects: [kept("b.png")], next_cursor: "c" }),
    ok({ objects: [kept("a.png")], next_cursor: null }),
    ok({ path: "stores/s/uploads/a.png" }),
    ok({ path: "p", image_url: "http://stored/p", expires_at: "2026-11-21T10:00:00Z" }, 201),
  ];
  const { wearon, requests } = await serve(t, (_, number) => answers[number - 1]);
  const names = [];
  for await (const { name } of wearon.uploads.kept({ limit: 1 })) {
    names.push(name);
  }
  assert.deepEqual(names, ["b.png", "a.png"]);
  await wearon.uploads.delete("a/../b");
  assert.equal((await wearon.uploads.importUrl("https://cdn.shopify.com/a.jpg")).image_url, "http://stored/p");
  assert.deepEqual(requests.map(({ method, url }) => `${method} ${url}`), [
    "GET /api/v1/storage/objects?kept=true&limit=1",
    "GET /api/v1/storage/objects?kept=true&limit=1&cursor=c",
    "DELETE /api/v1/storage/objects/a%2F..%2Fb",
    "POST /api/v1/storage/imports",
  ]);
  assert.deepEqual(requests[3].json, { url: "https://cdn.shopify.com/a.jpg" });
});

test("asks to keep a picture only if it shall be kept", async (t) => {
  const { wearon, requests } = await serve(t, service("completed"));
  await wearon.uploads.put(PNG, { keep: true });
  await wearon.uploads.put(PNG);
  const asked = requests.filter(({ method }) => method === "POST").map(({ json }) => json.files[0].keep);
  assert.deepEqual(asked, [true, undefined]);
});

test("a PUT has the bytes, the signed headers and a length, and no key", async (t) => {
  const { wearon, requests } = await serve(t, service("completed"));
  await wearon.uploads.put(PNG);
  const put = requests[1];
  assert.deepEqual([put.url, put.bytes], ["/stores/s/uploads/0?signature=secret", PNG]);
  assert.equal(put.headers["content-type"], "image/png");
  assert.equal(put.headers["content-length"], `${PNG.length}`);
  assert.equal(put.headers.authorization, undefined);
});

test("stores several pictures with one request for their URLs, in their order", async (t) => {
  const { wearon, requests, url } = await serve(t, service("completed"));
  const uploads = await wearon.uploads.putAll([PNG, new Blob([JPEG])]);
  assert.deepEqual(uploads.map(({ image_url }) => image_url), [`${url}/stores/s/uploads/0`, `${url}/stores/s/uploads/1`]);
  assert.deepEqual(requests[0].json.files, [
    { file_name: "picture-1.png", content_type: "image/png", size: PNG.length },
    { file_name: "picture-2.jpeg", content_type: "image/jpeg", size: JPEG.length },
  ]);
  assert.equal(requests.length, 3);
  assert.equal((await failure(wearon.uploads.putAll([PNG, "shirt.png"]))).code, "VALIDATION_ERROR");
  assert.equal(requests.length, 3);
});

test("takes every kind of bytes, and finds the type in them", async (t) => {
  const { wearon, requests } = await serve(t, service("completed"));
  const folder = mkdtempSync(join(tmpdir(), "wearon-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "photo.gif"), PNG);
  const inTheMiddle = Buffer.concat([Buffer.alloc(7), JPEG, Buffer.alloc(3)]).subarray(7, 7 + JPEG.length);
  const pictures = [
    [new Uint8Array(WEBP), "image/webp", WEBP],
    [inTheMiddle, "image/jpeg", JPEG],
    [new Uint8Array(PNG).buffer, "image/png", PNG],
    [new File([JPEG], "ann-at-home.png", { type: "image/png" }), "image/jpeg", JPEG],
    [await openAsBlob(join(folder, "photo.gif")), "image/png", PNG],
    [Buffer.from("GIF89a......"), "image/gif"],
    [Buffer.from("\0\0\0\x18ftypheic", "latin1"), "image/heic"],
    [Buffer.from("\0\0\0\x18ftypavif", "latin1"), "image/avif"],
    [Buffer.from("hello"), "image/unknown"],
  ];
  for (const [picture, type, bytes] of pictures) {
    requests.length = 0;
    await wearon.uploads.put(picture);
    const [asked] = requests[0].json.files;
    assert.deepEqual([asked.content_type, asked.file_name], [type, type.replace("image/", "picture.")]);
    if (bytes) {
      assert.deepEqual([requests[1].bytes, asked.size], [bytes, bytes.length]);
    }
  }
});

test("repeats a PUT with the same bytes", async (t) => {
  let puts = 0;
  const { wearon, requests } = await serve(t, (request) =>
    request.method === "PUT" && ++puts === 1
      ? refused(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "0" })
      : service("completed")(request),
  );
  await wearon.uploads.put(new Blob([PNG]));
  assert.deepEqual(requests.slice(1).map(({ bytes }) => bytes), [PNG, PNG]);
});

for (const [what, answer] of [
  ["nothing", { status: 200 }],
  ["a page", { status: 200, body: "<html>Welcome to the hotel</html>" }],
  ["another size", { status: 201, body: { path: "p", size: PNG.length - 1 } }],
]) {
  test(`a PUT that is answered with ${what} is not an upload`, async (t) => {
    const { wearon } = await serve(t, (request) => (request.method === "PUT" ? answer : service("completed")(request)));
    const error = await failure(wearon.uploads.put(PNG));
    assert.deepEqual([error.code, error.status], ["UNEXPECTED_RESPONSE", answer.status]);
  });
}

test("sends three pictures at once, and ends the others if one is refused", { timeout: 60_000 }, async (t) => {
  let puts = 0;
  const arrivals = [];
  const arrived = (number) =>
    new Promise((resolve) => {
      arrivals.push([number, resolve]);
      arrivals.filter(([awaited]) => awaited <= puts).forEach(([, done]) => done());
    });
  const { wearon, requests } = await serve(t, async (request) => {
    if (request.method !== "PUT") {
      return service("completed")(request);
    }
    // The first three are answered when all three are there. Of the next three one is refused, two hang.
    await arrived(++puts <= 3 ? 3 : 6);
    const picture = Number(/([0-9])\?/.exec(request.url)[1]);
    return picture < 3 ? service("completed")(request) : picture === 4 ? refused(400, "VALIDATION_ERROR") : "hang";
  });
  const options = { person: PNG, garment: PNG, accessories: Array(8).fill(PNG), ageVerified: true };
  assert.equal((await failure(wearon.tryOn(options))).code, "VALIDATION_ERROR");
  await Promise.all(requests.map(({ closed }) => closed));
  assert.equal(puts, 6);
  assert.ok(requests.every(({ url }) => url !== "/api/v1/generation/create"), "nothing is charged");
});

test("refuses what the service would surely refuse, before it sends anything", async (t) => {
  const { wearon, requests } = await serve(t, service("completed"));
  const good = { person: PNG, garment: PNG, ageVerified: true };
  const codes = [];
  for (const wrong of [
    { garment: Buffer.alloc(10 * 1024 * 1024 + 1) },
    { ageVerified: false },
    { person: "person.png" },
    { person: undefined },
    { person: 7 },
    { accessories: Array(9).fill(PNG) },
  ]) {
    codes.push((await failure(wearon.tryOn({ ...good, ...wrong }))).code);
  }
  codes.push((await failure(wearon.generations.create(good))).code);
  codes.push((await failure(wearon.generations.create({ ...good, person: "https://x.example/", garment: "https://x.example/", idempotencyKey: "" }))).code);
  const invalid = Array(6).fill("VALIDATION_ERROR");
  assert.deepEqual(codes, ["PAYLOAD_TOO_LARGE", "AGE_VERIFICATION_REQUIRED", ...invalid]);
  assert.equal(requests.length, 0);
});
