// node load.mjs URL RATE METHODS MARKS: open loop, so a service that hangs does not slow the asking; of several METHODS,
// separated by commas, each in turn. At SIGTERM it waits for what is open and prints one JSON line: sent, failed
// (whatever is no 2xx), kinds of failure, versions, latencies over all and within MARKS, a file of lines "BEGIN END"
// (epoch ms), and for each of those lines the longest time between two requests that succeeded with none but failed between.
import http from 'node:http'
import fs from 'node:fs'
const [url, rate, methods, marks] = process.argv.slice(2)
const turns = methods.split(',')
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
const samples = [], kinds = {}, versions = {}, failures = []
let sent = 0, open = 0, over = false
function one(again, method = turns[sent % turns.length]) {
  if (!again) { sent++; open++ }
  const began = again ?? Date.now()
  let ended = false, answered = false
  const end = (kind) => {
    if (ended) return
    ended = true; open--
    samples.push([began, Date.now() - began, Boolean(kind)])
    if (kind) { kinds[kind] = (kinds[kind] ?? 0) + 1; if (failures.length < 20) failures.push([new Date(began).toISOString(), method, Date.now() - began, kind]) }
    if (over && open === 0) finish()
  }
  const request = http.request(url, { method, agent, timeout: 10_000 }, (response) => {
    answered = true
    let body = ''
    response.on('data', (data) => { body += data })
    response.on('end', () => {
      if (response.statusCode >= 300) return end('http' + response.statusCode)
      const version = body.trim().slice(0, 20)
      versions[version] = (versions[version] ?? 0) + 1
      end()
    })
    response.on('error', (error) => end('body ' + error.code))
  })
  request.on('error', (error) => {
    // A proxy may close an idle connection as we write to it: RFC 9110 9.2.2 lets a client ask once more, on a new one
    if (!ended && !answered && request.reusedSocket && !again && method === 'GET' && error.code === 'ECONNRESET') { ended = true; return one(began, method) }
    end(error.code ?? error.message)
  })
  request.on('timeout', () => { end('timeout'); request.destroy() })
  if (method === 'POST') request.write('x')
  request.end()
}
const start = performance.now()
const timer = setInterval(() => {
  const due = Math.floor((performance.now() - start) / 1000 * Number(rate))
  while (sent < due && !over) one()
}, 5)
function quantiles(list) {
  const sorted = list.map((sample) => sample[1]).sort((a, b) => a - b)
  const at = (share) => sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
// From the last request that succeeded before failures to the first one after them.
function gap(from, to) {
  let longest = 0, good = null, failing = false
  for (const [began, , failed] of samples.filter(([began]) => began >= from && began <= to).sort((a, b) => a[0] - b[0])) {
    if (failed) { failing = true; continue }
    if (failing && good !== null) longest = Math.max(longest, began - good)
    failing = false; good = began
  }
  return longest
}
function finish() {
  const windows = fs.readFileSync(marks, 'utf8').trim().split('\n').filter(Boolean).map((line) => line.split(' ').map(Number))
  const switching = samples.filter(([began]) => windows.some(([from, to]) => began >= from && began <= to))
  const failed = Object.values(kinds).reduce((sum, count) => sum + count, 0)
  console.log(JSON.stringify({ sent, failed, kinds, versions, failures, all: quantiles(samples), switching: quantiles(switching),
    gaps: windows.map(([from, to]) => gap(from, to)) }))
  process.exit(0)
}
process.on('SIGTERM', () => { over = true; clearInterval(timer); if (open === 0) finish() })
