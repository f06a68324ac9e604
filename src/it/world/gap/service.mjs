// The service of the availability rig: answers with its VERSION after 0 to 40 ms, /health with 200.
// ON_TERM  abrupt  ends at SIGTERM, whatever is in flight
//          close   takes no new connections, finishes what runs, ends
//          drain   serves on for DRAIN_MS with health 503 and `Connection: close`, then as close
// START_MS listens only so long after its start        HEALTH=fail  is never healthy
// SAYS     is printed five times a second              SMOKE=fail   is for a smoke test to look at
import http from 'node:http'
const { VERSION = '?', ON_TERM = 'close', DRAIN_MS = '3000', START_MS = '0', HEALTH = '', PORT = '8080', SAYS = '' } = process.env
let leaving = false
const server = http.createServer((request, response) => {
  if (request.url === '/health') {
    response.writeHead(leaving || HEALTH === 'fail' ? 503 : 200)
    return response.end(VERSION)
  }
  request.resume()
  request.on('end', () => setTimeout(() => {
    if (leaving) response.setHeader('connection', 'close')
    response.end(VERSION + '\n')
  }, Math.random() * 40))
})
if (SAYS) setInterval(() => console.log(SAYS), 200)
server.keepAliveTimeout = 65_000
setTimeout(() => server.listen(Number(PORT), '0.0.0.0'), Number(START_MS))
function close() {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), 5_000)
}
process.on('SIGTERM', () => {
  leaving = true
  if (ON_TERM === 'abrupt') process.exit(0)
  else if (ON_TERM === 'drain') setTimeout(close, Number(DRAIN_MS))
  else close()
})
