/**
 * A client for the modules of a page that has its own widget: `get(path)` answers two paths of the API from the app proxy of the
 * shop, without a key and without a token. `await get(path)` is the envelope `{ data, error }`.
 */
const TIMEOUT = 15_000;

const ANSWERS = {
  '/api/v1/stores/config': ({ cart_link, billing_mode, retail_credit_price, privacy_disclosure, disclosure_version }) => {
    const cart = cart_link ? new URL(cart_link) : null;
    return {
      billing_mode,
      retail_credit_price,
      privacy_disclosure,
      disclosure_version,
      shop_domain: cart?.host ?? globalThis.location?.host ?? null,
      shopify_variant_id: cart?.pathname.match(/\/cart\/(\d+):/)?.[1] ?? null,
    };
  },
  // Widgets take a failed read as "not logged in".
  '/api/v1/credits/shopper': ({ balance }) => {
    if (!Number.isInteger(balance)) throw new Error('Nobody is logged in.');
    return { balance };
  },
};

/** @param proxy the path of the app proxy at the shop */
export function storefrontClient(proxy = '/apps/wearon') {
  return {
    async get(path) {
      const answer = ANSWERS[path];
      if (!answer) throw new Error(`The shop does not answer ${path}.`);
      const response = await fetch(`${proxy}/shopper`, { signal: AbortSignal.timeout(TIMEOUT) });
      const { data, error } = await response.json();
      if (!response.ok || !data) throw new Error(error?.message ?? `status ${response.status}`);
      return { data: answer(data), error: null };
    },
  };
}
