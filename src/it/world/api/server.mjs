// The sample API: users in Postgres. Each release reads the columns that it was written for (COLUMNS), so
// it is healthy only on a schema that its migrations made. Faults come from the environment.
import http from 'node:http'
import os from 'node:os'
import pg from 'pg'

const env = process.env
const version = env.VERSION ?? 'dev'
const port = Number(env.PORT ?? 3001)
const columns = (env.COLUMNS ?? 'id,name').split(',').map((c) => `"${c}"`).join(', ')
const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 4, connectionTimeoutMillis: 2000, idleTimeoutMillis: 5000 })
pool.on('error', (e) => console.error(`connection lost: ${e.message}`)) // the next query asks for a new one
let draining = false

async function health() {
  if (draining) return [503, { status: 'draining', version }]
  if (env.BROKEN_HEALTH) return [503, { status: 'error', error: env.BROKEN_HEALTH, version }]
  await pool.query(`SELECT ${columns} FROM "User" LIMIT 1`)
  return [200, { status: 'ok', version }]
}

async function addUser(request) {
  let body = ''
  for await (const chunk of request) if ((body += chunk).length > 10_000) return [413, { error: 'too long' }]
  const user = JSON.parse(body)
  const nameColumn = columns.includes('fullName') ? 'fullName' : 'name'
  const { rows } = await pool.query(`INSERT INTO "User" ("${nameColumn}") VALUES ($1) RETURNING ${columns}`, [user.name])
  return [201, rows[0]]
}

const routes = {
  'GET /api/health': health,
  'GET /api/version': async () => [200, { version, host: os.hostname() }],
  'GET /api/users': async () => [200, (await pool.query(`SELECT ${columns} FROM "User" ORDER BY id`)).rows],
  'POST /api/users': addUser,
}

async function answer(request) {
  const route = routes[`${request.method} ${request.url.split('?')[0]}`]
  if (!route) return [404, { error: 'no such path' }]
  try { return await route(request) } catch (e) { return [503, { status: 'error', error: String(e.message).slice(0, 200), version }] }
}

const server = http.createServer(async (request, response) => {
  const [status, body] = await answer(request)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body) + '\n')
})

process.on('SIGTERM', () => {
  console.log('stopping')
  draining = true
  setTimeout(() => server.close(() => pool.end().then(() => process.exit(0))), Number(env.DRAIN_MS ?? 0))
  server.closeIdleConnections()
})
if (env.CRASH_AFTER_MS) setTimeout(() => { console.error('crashing, as told'); process.exit(1) }, Number(env.CRASH_AFTER_MS))
setTimeout(() => server.listen(port, '0.0.0.0', () => console.log(`api ${version} listens on ${port}`)), Number(env.START_DELAY_MS ?? 0))
