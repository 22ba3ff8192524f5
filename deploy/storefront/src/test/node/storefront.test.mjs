// The parts of the assets that need no browser. Run by StorefrontTest.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';

globalThis.HTMLElement = class {};
globalThis.customElements = { define() {} };

/** The assets are modules, and no package.json says so. */
async function asset(name) {
  const source = await readFile(new URL(`../../../extensions/wearon-try-on/assets/${name}`, import.meta.url), 'utf8');
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}

const { eventsOf, isHeic } = await asset('wearon-try-on.js');
const { storefrontClient } = await asset('wearon-client.js');
const ownFetch = globalThis.fetch;
afterEach(() => (globalThis.fetch = ownFetch));

test('events are read wherever the network cuts them', () => {
  const stream = 'retry: 2000\n\n:\n\nid: 2\nevent: session\ndata: {"status":"processing"}\n\nid: 4\nevent: session\ndata: {"status":"completed"}\n\n';
  for (let size = 1; size <= stream.length; size++) {
    const seen = [];
    let rest = '';
    for (let at = 0; at < stream.length; at += size) {
      const part = eventsOf(rest + stream.slice(at, at + size));
      seen.push(...part.events);
      rest = part.rest;
    }
    assert.deepEqual(seen, [
      { id: '2', data: { status: 'processing' } },
      { id: '4', data: { status: 'completed' } },
    ]);
  }
});

test('HEIC is told from what browsers read', () => {
  const file = (brand) => Buffer.from(`\0\0\0\x18ftyp${brand}`);
  for (const brand of ['heic', 'heix', 'hevc', 'mif1', 'msf1']) assert.equal(isHeic(file(brand)), true, brand);
  for (const other of [file('avif'), Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(0)]) {
    assert.equal(isHeic(other), false);
  }
});

const SHOPPER = {
  billing_mode: 'resell_mode',
  logged_in: true,
  balance: 2,
  retail_credit_price: 4.99,
  currency: 'EUR',
  cart_link: 'https://shop.myshopify.com/cart/123:1?attributes%5Bwearon_shopper%5D=x',
  privacy_disclosure: 'text',
  disclosure_version: '9f86d081884c7d65',
  gateway_url: 'https://gateway.example.com',
  token: null,
  expires_at: null,
};

function answering(data, status = 200) {
  globalThis.fetch = async (url, { signal }) => {
    assert.equal(url, '/apps/other/shopper');
    assert.ok(signal instanceof AbortSignal);
    return Response.json({ data, error: data ? null : { code: 'SERVICE_UNAVAILABLE', message: 'later' } }, { status });
  };
  return storefrontClient('/apps/other');
}

test('the client answers the configuration and the balance in the shapes of the API', async () => {
  const client = answering(SHOPPER);
  assert.deepEqual(await client.get('/api/v1/stores/config'), {
    data: {
      billing_mode: 'resell_mode',
      retail_credit_price: 4.99,
      privacy_disclosure: 'text',
      disclosure_version: '9f86d081884c7d65',
      shop_domain: 'shop.myshopify.com',
      shopify_variant_id: '123',
    },
    error: null,
  });
  assert.deepEqual(await client.get('/api/v1/credits/shopper'), { data: { balance: 2 }, error: null });
});

test('the client says by a failure that nobody is logged in', async () => {
  const client = answering({ ...SHOPPER, logged_in: false, balance: null, cart_link: null });
  await assert.rejects(client.get('/api/v1/credits/shopper'), /logged in/);
  assert.equal((await client.get('/api/v1/stores/config')).data.shopify_variant_id, null);
});

test('the client passes refusals on and knows no other path', async () => {
  await assert.rejects(answering(null, 503).get('/api/v1/stores/config'), /later/);
  await assert.rejects(answering(SHOPPER).get('/api/v1/usage'), /does not answer/);
});
