import { once } from "node:events";
import { createServer } from "node:http";
import { WearOn } from "../../dist/esm/index.js";

export const KEY = "wk_0123456789abcdef0123456789abcdef";
export const ID = "0193c0de-0000-7000-8000-000000000002";
export const PNG = Buffer.from("\x89PNG\r\n\x1a\n0000IHDR", "latin1");

/**
 * Starts an HTTP server that answers with `answer(request, number)`, and keeps every request. An answer is
 * `{status, headers, body}`, `"cut"` (the connection breaks), `"half"` (it breaks in the body) or `"hang"` (no response).
 * A request for events gets the next of `streams`, and is in `streamed`; without one there is no place for a stream.
 */
export async function serve(test, answer, options = {}) {
  const requests = [];
  const { streams = [], ...clientOptions } = options;
  const streamed = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    const closed = new Promise((resolve) => response.once("close", resolve));
    const received = { method: request.method, url: request.url, headers: request.headers, bytes, at: Date.now(), closed };
    const json = request.headers["content-type"] === "application/json";
    const isStream = request.url.endsWith("/events");
    (isStream ? streamed : requests).push({ ...received, json: json ? JSON.parse(bytes.toString()) : undefined });
    const said = isStream
      ? (streams.shift() ?? refused(429, "RATE_LIMITED", { "Retry-After": "5" }))
      : await answer(requests.at(-1), requests.length);
    if (typeof said === "function") {
      return said(response);
    }
    if (said === "cut") {
      return request.socket.destroy();
    }
    if (said === "half") {
      response.writeHead(200, { "Content-Length": "400" });
      return response.write('{"data": ', () => request.socket.destroy());
    }
    if (said === "hang") {
      return;
    }
    const { status = 200, headers = {}, body = "" } = said;
    response.writeHead(status, { "X-Request-Id": `req_${requests.length}`, ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, requests, streamed, wearon: new WearOn({ apiKey: KEY, baseUrl: url, ...clientOptions }) };
}

export const ok = (data, status = 200, headers = {}) => ({ status, headers, body: { data, error: null } });
export const refused = (status, code, headers = {}) => ({
  status,
  headers,
  body: { data: null, error: { code, message: `The reason of ${code}.` } },
});
export const BALANCE = { balance: 49, total_purchased: 50, total_spent: 1 };
export const session = (status, more = {}) =>
  ok({ session_id: ID, status, error_code: null, error_message: null, credits_refunded: 0, request_id: null, ...more });

/** A stream with these states `[version, status]`, and then its end, `"cut"` in the next event, or silence: `"open"`. */
export const events = (states, end = "end", balance) => (response) => {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write("retry: 2000\n\n:\n\n");
  for (const [version, status] of states) {
    const data = JSON.stringify({ session_id: ID, status, version, credits_used: 1, credits_refunded: 0 });
    response.write(`id: ${version}\nevent: session\ndata: ${data}\n\n`);
  }
  if (balance !== undefined) {
    response.write(`event: balance\ndata: {"balance":${balance}}\n\nevent: other\ndata: 1\n\n`);
  }
  if (end === "end") {
    response.end();
  } else if (end === "cut") {
    response.write("event: session\ndata: {", () => response.socket.destroy());
  }
};

/** What the promise was rejected with. */
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The call did not fail.");
}

/** Answers like the service: uploads, a create, and reads with these statuses, the last one for ever. */
export function service(...statuses) {
  return (request) => {
    if (request.url === "/api/v1/storage/uploads") {
      const base = `http://${request.headers.host}/stores/s/uploads`;
      const uploads = request.json.files.map((file, index) => ({
        path: `stores/s/uploads/${index}`,
        upload_url: `${base}/${index}?signature=secret`,
        method: "PUT",
        headers: { "Content-Type": file.content_type },
        max_bytes: file.size,
        image_url: `${base}/${index}`,
        expires_at: "2026-11-21T10:10:00Z",
      }));
      return ok({ uploads }, 201);
    }
    if (request.method === "PUT") {
      return { status: 201, body: { path: "p", size: request.bytes.length } };
    }
    if (request.method === "POST") {
      return ok({ session_id: ID, status: "queued" }, 201);
    }
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    return typeof status === "string" ? session(status, { generated_image_url: "http://127.0.0.1/result.jpg" }) : status;
  };
}
