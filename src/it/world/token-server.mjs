// Docker's registry token authentication, with nothing but Node.
// node token-server.mjs HOST PORT key.pem cert.pem
// Users: ci/pw-ci pulls and pushes, ro/pw-ro pulls. Nobody else gets a token. TTL: seconds, default 300.
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'

const [host, port, keyFile, certFile] = process.argv.slice(2)
const key = fs.readFileSync(keyFile)
const x5c = fs.readFileSync(certFile, 'utf8').replace(/-----[^-]+-----|\s/g, '')
const users = { ci: ['pw-ci', ['pull', 'push', 'delete', '*']], ro: ['pw-ro', ['pull']] }
const ttl = Number(process.env.TTL ?? 300)
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

function login(header = '') {
  const [user, password] = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString().split(':')
  return Object.hasOwn(users, user) && users[user][0] === password ? { user, actions: users[user][1] } : null
}

function grant(scope, actions) {
  const [, type, name, asked] = /^([^:]+):(.*):([^:]+)$/.exec(scope) ?? []
  return type ? [{ type, name, actions: asked.split(',').filter((a) => actions.includes(a)) }] : []
}

http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost')
  const who = login(request.headers.authorization)
  console.log(new Date().toISOString(), request.method, request.url, who?.user ?? 'refused')
  if (!who) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="world"', 'content-type': 'application/json' })
    return response.end('{"details":"incorrect username or password"}')
  }
  const access = url.searchParams.getAll('scope').flatMap((s) => s.split(' ')).flatMap((s) => grant(s, who.actions))
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: 'world-issuer', sub: who.user, aud: url.searchParams.get('service'),
    exp: iat + ttl, nbf: iat - 10, iat, jti: crypto.randomUUID(), access }
  const body = `${base64url({ alg: 'RS256', typ: 'JWT', x5c: [x5c] })}.${base64url(claims)}`
  const token = `${body}.${crypto.sign('RSA-SHA256', Buffer.from(body), key).toString('base64url')}`
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ token, expires_in: ttl, issued_at: new Date(iat * 1000).toISOString() }))
}).listen(Number(port), host)
