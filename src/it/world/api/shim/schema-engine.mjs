#!/usr/bin/env node
// Stands in for Prisma's native "schema-engine" program where binaries.prisma.sh cannot be reached.
// Speaks the same JSON-RPC over stdin and stdout, and does the work with the same engine as WebAssembly
// (npm: @prisma/schema-engine-wasm) over a driver adapter (@prisma/adapter-pg).
// Use: PRISMA_SCHEMA_ENGINE_BINARY=/path/schema-engine.mjs npx prisma migrate deploy
import fs from 'node:fs'; import path from 'node:path'; import readline from 'node:readline'; import { createRequire } from 'node:module'
const require = createRequire(path.join(process.env.PRISMA_SHIM_MODULES || process.cwd(), 'x.js'))
const arg = (n) => { const i = process.argv.indexOf(n); return i < 0 ? undefined : process.argv[i + 1] }
const dir = path.dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
if (process.argv.includes('--version')) { console.log('schema-engine-cli ' + JSON.parse(fs.readFileSync(dir + '/package.json')).version.split('.').pop()); process.exit(0) }
const models = process.argv.flatMap((a, i) => (process.argv[i - 1] === '--datamodels' ? [a] : []))
const url = arg('--datasource') ? JSON.parse(arg('--datasource')).url : process.env.DATABASE_URL
const { bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils')
let lastPg
function factory(url) {
  const { PrismaPg } = require('@prisma/adapter-pg')
  const f = new PrismaPg({ connectionString: url, max: 2, idleTimeoutMillis: 500, allowExitOnIdle: true })
  // The native engine sends a migration as one simple query (so one transaction); the adapter cuts the script at
  // every ';' (which breaks $$ bodies and leaves half a migration). Send it whole, as the native engine does.
  const whole = (a) => { a.executeScript = async (s) => { try { await a.client.query(s) } catch (e) { lastPg = e; a.onError(e) } }; return a }
  const c = f.connect.bind(f), d = f.connectToShadowDb.bind(f)
  f.connect = async (...x) => whole(await c(...x)); f.connectToShadowDb = async (...x) => whole(await d(...x)); return f
}
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message(m) { process.stderr.write('panic: ' + m + '\n') } }
const glue = await import(dir + '/schema_engine_bg.js')
const wasm = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(dir + '/schema_engine_bg.wasm')), { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(wasm.exports); wasm.exports.__wbindgen_start()
const log = (level, fields) => process.stderr.write(JSON.stringify({ timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' }) + '\n')
const engine = () => glue.SchemaEngine.new({ datamodels: models.length ? models.map((m) => [m, fs.readFileSync(m, 'utf8')]) : undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(factory(url)))
function known(e) { // what the native engine puts in error.data
  const text = String(e?.message ?? e), m = /^(P\d{4})\s*\n?/.exec(text), mig = /migration_name="([^"]+)"/.exec(text)
  const kind = { DatabaseNotReachable: 'P1001', AuthenticationFailed: 'P1000', DatabaseDoesNotExist: 'P1003', DatabaseAccessDenied: 'P1010' }[e?.cause?.kind || text]
  if (/apply_script/.test(text) && mig && lastPg) return { is_panic: false, error_code: 'P3018', backtrace: null, meta: { migration_name: mig[1], database_error_code: lastPg.code },
    message: `A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve\n\nMigration name: ${mig[1]}\n\nDatabase error code: ${lastPg.code}\n\nDatabase error:\nERROR: ${lastPg.message}\n` }
  return { is_panic: /panicked|unreachable/.test(text), message: m ? text.slice(m[0].length).trim() : text, meta: e?.meta ?? null, error_code: kind || e?.code || m?.[1] || null, backtrace: null }
}
if (process.argv.includes('cli')) {
  try {
    if (process.argv.includes('create-database')) {
      const u = new URL(url), name = u.pathname.slice(1); u.pathname = '/postgres'
      const a = await factory(String(u)).connect(); await a.executeScript(`CREATE DATABASE "${name.replaceAll('"', '""')}"`); await a.dispose(); process.exit(0)
    }
    const a = await factory(url).connect(); await a.executeRaw({ sql: 'SELECT 1', args: [], argTypes: [] }); await a.dispose(); process.exit(0)
  } catch (e) { const k = known(e); process.stderr.write('\n'); log('ERROR', { message: k.message, error_code: k.error_code || 'P1001', is_panic: false, meta: null }); process.exit(1) }
}
const get = { getDatabaseVersion: 'version' }
let ready, open = 0, ended = false
const done = () => { if (ended && !open) process.exit(0) }
readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const r = JSON.parse(line); open++
  let out
  try { ready ??= engine(); const e = await ready; const v = await e[get[r.method] || r.method](r.params); out = { jsonrpc: '2.0', id: r.id, result: v ?? null } }
  catch (e) { if (process.env.SHIM_DEBUG) console.error(e, Object.entries(e || {})); out = { jsonrpc: '2.0', id: r.id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data: known(e) } } }
  process.stdout.write(JSON.stringify(out) + '\n', () => { open--; done() })
}).on('close', () => { ended = true; done() })
