// A reference of ./wearon bench create: the steps of a create in one Node.js process, on the same tables as PlainServer.java.
// Every statement is a transaction. Nothing repairs a create that ends between two of them.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';

const LIMIT_PER_MINUTE = 1_000_000;
const LIMIT_PER_HOUR = 10_000_000;
const MIN_LIFETIME_SECONDS = 900;
const PERMITS = 'bench:tasks:generation';
const BUILT_IN_PROMPT =
  'Show the person of the first image wearing the garment of the second one and all accessories, as a studio photograph.';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const KEY = { name: 'key', text: 'SELECT store_id FROM bench_create.api_keys WHERE key_hash = $1' };
const IMAGES = {
  name: 'images',
  text: `SELECT count(*)::int AS found FROM bench_create.images
          WHERE store_id = $1 AND path = ANY ($2) AND expires_at > now() + make_interval(secs => $3)`,
};
const CHARGE = {
  name: 'charge',
  text: `WITH paid AS (
           UPDATE bench_create.stores SET balance = balance - 1, updated_at = now()
            WHERE id = $1 AND balance >= 1 RETURNING balance)
         INSERT INTO bench_create.charges (id, store_id, amount, balance_after)
         SELECT $2, $1, 1, balance FROM paid`,
};
const SESSION = {
  name: 'session',
  text: `INSERT INTO bench_create.sessions (id, store_id, image_urls, image_paths, prompt, request_id)
         VALUES ($1, $2, $3, $4, $5, $6)`,
};
const READ = {
  name: 'read',
  text: `SELECT id, status, image_urls, credits_used, request_id, created_at
           FROM bench_create.sessions WHERE id = $1 AND store_id = $2`,
};
const BALANCE = { name: 'balance', text: 'SELECT balance FROM bench_create.stores WHERE id = $1' };

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
// The benchmark ends the connections after each turn. Without this a lost idle connection would end the process.
database.on('error', (error) => console.error(error.message));
const redis = new Redis(process.env.REDIS_URL);
redis.defineCommand('take', { numberOfKeys: 2, lua: readFileSync(new URL('limit.lua', import.meta.url), 'utf8') });
const storeOfKey = new Map();

const app = Fastify({ logger: false });

class Refusal extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
  }
}

app.setErrorHandler((error, request, reply) => {
  reply.code(error.status ?? error.statusCode ?? 500).send({ data: null, error: { code: error.message } });
});

// Every request: the API key, which is remembered, and the limits of its store.
app.addHook('preHandler', async (request, reply) => {
  const key = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  let storeId = storeOfKey.get(key);
  if (storeId === undefined) {
    const hash = createHash('sha256').update(key).digest('hex');
    const { rows } = await database.query({ ...KEY, values: [hash] });
    if (rows.length === 0) {
      throw new Refusal(401, 'INVALID_API_KEY');
    }
    storeId = rows[0].store_id;
    storeOfKey.set(key, storeId);
  }
  const left = await redis.take(
    `bench:minute:${storeId}`, `bench:hour:${storeId}`, 60_000, LIMIT_PER_MINUTE, 3_600_000, LIMIT_PER_HOUR);
  if (left < 0) {
    throw new Refusal(429, 'RATE_LIMITED');
  }
  reply.header('X-RateLimit-Remaining', left);
  request.storeId = storeId;
});

app.post('/api/v1/generation/create', async (request, reply) => {
  const { storeId } = request;
  const { image_urls: urls, prompt, age_verified: ageVerified } = request.body;
  if (ageVerified !== true || !Array.isArray(urls) || urls.length < 1 || urls.length > 10) {
    throw new Refusal(400, 'VALIDATION_ERROR');
  }
  const paths = urls.map((url) => new URL(url).pathname.slice(1));
  const images = await database.query({ ...IMAGES, values: [storeId, paths, MIN_LIFETIME_SECONDS] });
  if (images.rows[0].found !== paths.length) {
    throw new Refusal(400, 'VALIDATION_ERROR');
  }
  const id = randomUUID();
  const charge = await database.query({ ...CHARGE, values: [storeId, id] });
  if (charge.rowCount === 0) {
    throw new Refusal(402, 'INSUFFICIENT_CREDITS');
  }
  const requestId = `req_${randomUUID()}`;
  await database.query({ ...SESSION, values: [id, storeId, urls, paths, prompt || BUILT_IN_PROMPT, requestId] });
  await redis.lpush(PERMITS, JSON.stringify({ session_id: id, store_id: storeId, request_id: requestId }));
  return reply.code(201).send({ data: { session_id: id, status: 'queued' }, error: null });
});

app.get('/api/v1/generation/:id', async (request) => {
  if (!UUID.test(request.params.id)) {
    throw new Refusal(400, 'VALIDATION_ERROR');
  }
  const { rows } = await database.query({ ...READ, values: [request.params.id, request.storeId] });
  if (rows.length === 0) {
    throw new Refusal(404, 'NOT_FOUND');
  }
  const { id, ...session } = rows[0];
  return { data: { session_id: id, ...session }, error: null };
});

app.get('/api/v1/credits/balance', async (request) => {
  const { rows } = await database.query({ ...BALANCE, values: [request.storeId] });
  return { data: { balance: rows[0].balance }, error: null };
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
