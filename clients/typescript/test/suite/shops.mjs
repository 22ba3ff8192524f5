import { readFileSync } from "node:fs";
import { WearOn } from "../../dist/esm/index.js";

const url = needed("WEARON_URL");
const token = needed("WEARON_ADMIN_TOKEN");
const samples = new URL("../../../../deploy/local/samples/", import.meta.url);
export const person = readFileSync(new URL("person.png", samples));
export const garment = readFileSync(new URL("garment.png", samples));

/** Makes a store with credits, and a client that keeps what it sends. */
export async function shop({ credits = 0, tier = "scale", allowed_domains = [], origin, ...options } = {}) {
  const shop_domain = `${crypto.randomUUID()}.example.com`;
  const { store_id } = await operator("/admin/v1/stores", { shop_domain, subscription_tier: tier });
  if (credits > 0) {
    await operator(`/admin/v1/stores/${store_id}/credits`, { amount: credits, type: "purchase" });
  }
  const { api_key: apiKey } = await operator(`/admin/v1/stores/${store_id}/api-keys`, { allowed_domains });
  const requests = [];
  const answers = [];
  const counted = async (address, init) => {
    requests.push({ path: new URL(address).pathname, method: init.method });
    const headers = origin ? { ...init.headers, Origin: origin } : init.headers;
    const response = await fetch(address, { ...init, headers });
    answers.push(response.headers);
    return response;
  };
  return { requests, answers, wearon: new WearOn({ apiKey, baseUrl: url, fetch: counted, ...options }) };
}

async function operator(path, body) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) {
    throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  }
  return (await response.json()).data;
}

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`Set ${name}: run.json of the suite has it.`);
  }
  return value;
}

/** A PNG whose pixels cannot be read: the upload takes it, the try-on fails. */
export function damaged(png) {
  const bytes = Buffer.from(png);
  const data = bytes.indexOf("IDAT") + 4;
  bytes.fill(0x55, data + 64, data + 4096);
  return bytes;
}
