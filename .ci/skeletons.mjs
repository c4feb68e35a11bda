// Starts a Next.js app and the services that `routelint migrate` wrote for its routes, and compares their answers.
//
//   node skeletons.mjs APP SERVICES
//
// APP is built; each folder of SERVICES is installed, and its name says what is asked of it: the name of a table below,
// and after a `-` the framework.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import http from 'node:http'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const [app, services] = process.argv.slice(2).map((path) => resolve(path))
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** Starts a program that answers at a path; what it prints is kept. */
async function start(folder, command, env = {}, path = '/healthz') {
  const port = await freePort()
  const [program, ...parameters] = command(port)
  const options = { cwd: folder, env: { ...process.env, PORT: String(port), ...env } }
  const child = spawn(program, parameters, options)
  running.add(child)
  const one = { child, port, printed: '', exit: once(child, 'exit') }
  void one.exit.then(() => running.delete(child))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (one.printed += text))
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${folder} ended with ${child.exitCode}:\n${one.printed}`)
    if (await ask(one, { path }).catch(() => undefined)) return one
    await sleep(100)
  }
  throw new Error(`${folder} does not answer:\n${one.printed}`)
}

const service = (name, env, file = 'src/server.ts') =>
  start(join(services, name), () => [process.execPath, '--import', 'tsx', file], { REQUESTS_PER_MINUTE: '1000', ...env })

/** One request as it is written here, without what `fetch` would add or follow. */
function ask({ port }, { method = 'GET', path, headers = {}, body, agent = false }) {
  return new Promise((done, failed) => {
    const request = http.request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push({ chunk, at: performance.now() }))
      response.on('error', failed)
      response.on('end', () => {
        const body = Buffer.concat(chunks.map(({ chunk }) => chunk)).toString()
        const spread = chunks.length ? chunks.at(-1).at - chunks[0].at : 0
        done({ status: response.statusCode, headers: response.headers, body, spread })
      })
    })
    request.on('error', failed)
    request.end(body)
  })
}

const json = (method, path, value, headers = {}) => ({
  method,
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})
const form = ({ boundary = 'xx' } = {}) => ({
  headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  body: [
    `--${boundary}\r\ncontent-disposition: form-data; name="name"\r\n\r\nAda\r\n`,
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n12345\r\n--${boundary}--\r\n`,
  ].join(''),
})
const all = (path) => ['OPTIONS', 'HEAD', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, path }))

/** What is asked of the original and of the service. */
const TABLES = {
  users: [
    { path: '/api/users/1' },
    { path: '/api/users/2?verbose=a&verbose=b%20c', headers: { cookie: 'seen=before; other=1', 'accept-language': 'de' } },
    { path: '/api/users/a%20b%2Fc%C3%A9' },
    { method: 'HEAD', path: '/api/users/1' },
    { method: 'OPTIONS', path: '/api/users/1' },
    json('POST', '/api/users/7', { a: [1, 'ü'] }, { cookie: 'seen=old' }),
    { method: 'POST', path: '/api/users/7', body: 'no json', headers: { 'content-type': 'application/json' } },
    { method: 'POST', path: '/api/users/7' },
    { method: 'PUT', path: '/api/users/7' },
    { method: 'PATCH', path: '/api/users/7', ...form() },
    { method: 'DELETE', path: '/api/users/7' },
    { method: 'PROPFIND', path: '/api/users/7' },
    { path: '/api/users/%E0%A4%A' },
    { path: '/api/users' },
    { path: '/api/users/1/more' },
  ],
  files: [
    { path: '/api/files/a/b/c' },
    { path: '/api/files/a%2Fb/%C3%A9' },
    { path: '/api/files' },
    { method: 'POST', path: '/api/files/x', body: 'x'.repeat(200_000), headers: { 'content-type': 'text/plain' } },
    ...all('/api/files/x'),
  ],
  docs: [
    { path: '/api/docs' },
    { path: '/api/docs?x=1' },
    { path: '/api/docs/a/b' },
    ...['moved', 'old', 'older', 'gone', 'html', 'after', 'empty'].map((name) => ({ path: `/api/docs/${name}` })),
    ...all('/api/docs/x'),
  ],
  legacy: [
    { path: '/api/legacy/x?a=1&b=2&b=3&name=y' },
    { path: '/api/legacy/a%20b%C3%A9' },
    ...['redirect', 'moved', 'text', 'buffer', 'number', 'empty', 'fails', 'stream'].map((name) => ({
      path: `/api/legacy/${name}`,
    })),
    { path: '/api/legacy/cookies', headers: { cookie: 'a=1; b=%C3%A9' } },
    json('POST', '/api/legacy/x', { a: 1 }),
    { ...json('POST', '/api/legacy/x', 0), body: '{"a":' },
    { ...json('POST', '/api/legacy/x', 0), body: '' },
    json('POST', '/api/legacy/x', 'x'.repeat(2000)),
    { method: 'POST', path: '/api/legacy/x', body: 'a=1&b=2&b=3', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { method: 'POST', path: '/api/legacy/x', body: 'text', headers: { 'content-type': 'text/plain' } },
    ...all('/api/legacy/text'),
  ],
  common: [{ path: '/api/common?a=1' }, json('POST', '/api/common', { a: 1 })],
  raw: [{ method: 'POST', path: '/api/raw', body: '{"a":1}', headers: { 'content-type': 'application/json' } }],
}

/** Headers that the handler or Next.js's own answer decides. */
const COMPARED = ['content-type', 'location', 'allow', 'x-user', 'x-parts', 'x-head', 'set-cookie']

/** What has to be the same. */
function essence({ status, headers, body }) {
  const own = Object.fromEntries(COMPARED.map((name) => [name, headers[name]]))
  // Who does not know the path, or cannot read it, says so in words of its own.
  return { status, ...(status === 404 || status === 400 && !body.startsWith('Invalid') ? {} : { ...own, body }) }
}

async function compare(original, name, table) {
  const moved = await service(name)
  for (const request of table) {
    // Fastify routes the methods that it knows.
    if (request.method === 'PROPFIND' && name.endsWith('fastify')) continue
    const said = `${name}: ${request.method ?? 'GET'} ${request.path}`
    const [before, after] = [await ask(original, request), await ask(moved, request)]
    // The time in the cookie is that of the answer.
    const timeless = (text) => JSON.parse(JSON.stringify(text).replace(/Expires=[^;"]*/g, 'Expires=…'))
    assert.deepEqual(timeless(essence(after)), timeless(essence(before)), said)
    if (before.headers.vary?.includes('accept-language')) assert.match(after.headers.vary, /accept-language/, said)
    if (before.headers['cache-control'] === 'private') assert.equal(after.headers['cache-control'], 'private', said)
  }
  assert.equal((await ask(moved, { path: '/healthz' })).status, 200)
  const foreign = await ask(moved, { path: table[0].path, headers: { origin: 'https://evil.example' } })
  assert.equal(foreign.headers['access-control-allow-origin'], undefined, `${name}: a foreign origin`)
  assert.equal(foreign.headers['x-content-type-options'], 'nosniff', `${name}: helmet`)
  await end(moved, name)
  console.log(`${name}: ${table.length} answers are the original's`)
}

async function end(one, name) {
  one.child.kill('SIGTERM')
  assert.deepEqual(await one.exit, [0, null], `${name} does not end with 0:\n${one.printed}`)
}

/** Chunks leave as they are made, and a body that is too large is refused. */
async function streams(name) {
  const one = await service(name, { BODY_LIMIT_BYTES: '1000' })
  assert.ok((await ask(one, { path: '/api/files/a/b/c/d/e' })).spread > 40, `${name}: the stream came in one piece`)
  const large = { method: 'POST', path: '/api/files/x', body: 'x'.repeat(2000) }
  assert.equal((await ask(one, large)).status, 413)
  const chunked = { ...large, headers: { 'transfer-encoding': 'chunked' } }
  assert.equal((await ask(one, chunked)).status, 413)
  await end(one, name)
}

/** CORS, the rate limit, and what is refused in production. */
async function guards(name) {
  const env = { ALLOWED_ORIGINS: 'https://shop.example', REQUESTS_PER_MINUTE: '5' }
  const one = await service(name, env)
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
  const preflight = await ask(one, { method: 'OPTIONS', path: '/api/users/1', headers })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers['access-control-allow-origin'], 'https://shop.example')
  assert.match(preflight.headers['access-control-allow-methods'], /POST/)
  let last
  for (let count = 0; count < 7; count++) last = await ask(one, { path: '/api/users/1' })
  assert.equal(last.status, 429, `${name}: no rate limit`)
  assert.equal((await ask(one, { path: '/healthz' })).status, 200, 'health is not limited')
  await end(one, name)
  await assert.rejects(service(name, { NODE_ENV: 'production' }), /REDIS_URL is not set/)
}

/** A request that is on its way gets its answer; new ones do not come in. */
async function drains(name) {
  const one = await service(name)
  const slow = ask(one, { path: '/api/slow?ms=1500' })
  await sleep(300)
  one.child.kill('SIGTERM')
  await sleep(300)
  await assert.rejects(ask(one, { path: '/healthz' }), /ECONNREFUSED|ECONNRESET/)
  assert.deepEqual([(await slow).status, (await slow).body], [200, 'done'])
  assert.deepEqual(await one.exit, [0, null], one.printed)

  const delayed = await service(name, { DRAIN_DELAY_SECONDS: '1' })
  delayed.child.kill('SIGTERM')
  await sleep(200)
  assert.equal((await ask(delayed, { path: '/readyz' })).status, 503, 'readiness while draining')
  assert.deepEqual(await delayed.exit, [0, null])

  const stuck = await service(name, { DRAIN_LIMIT_SECONDS: '1' })
  const cut = ask(stuck, { path: '/api/slow?ms=60000' }).catch((error) => error.code)
  await sleep(300)
  stuck.child.kill('SIGTERM')
  assert.deepEqual(await stuck.exit, [1, null], 'the time limit')
  assert.equal(await cut, 'ECONNRESET')
}

/** The next message of a socket. */
const next = (socket) => once(socket, 'message').then(([data]) => data.toString())

async function sockets(name) {
  const { WebSocket } = createRequire(join(services, name, 'package.json'))('ws')
  const one = await service(name, { ALLOWED_ORIGINS: 'https://shop.example' })
  const address = `ws://127.0.0.1:${one.port}/`
  const open = (origin) => new WebSocket(address, origin && { headers: { origin } })
  const first = open('https://shop.example')
  assert.equal(await next(first), '{"type":"welcome"}')
  const second = open()
  await next(second)
  const [heard, echoed] = [next(second), next(first)]
  first.send('hello')
  assert.deepEqual([await heard, await echoed], ['hello', 'hello'])
  const [refused] = await once(open('https://evil.example'), 'error')
  assert.match(refused.message, /403/)
  const closed = [first, second].map((socket) => once(socket, 'close'))
  await end(one, name)
  for (const [code] of await Promise.all(closed)) assert.equal(code, 1001)
  console.log(`${name}: sockets open, talk and are told to leave`)
}

async function socketIo(name) {
  const { io } = createRequire(join(services, '..', 'tools', 'package.json'))('socket.io-client')
  const one = await service(name)
  const socket = io(`http://127.0.0.1:${one.port}`, { path: '/api/socket', transports: ['websocket'], reconnection: false })
  await new Promise((done, failed) => socket.once('welcome', done).once('connect_error', failed))
  const heard = new Promise((done) => socket.once('message', done))
  socket.emit('message', 'hello')
  assert.equal(await heard, 'hello')
  const left = new Promise((done) => socket.once('disconnect', done))
  await end(one, name)
  await left
  console.log(`${name}: sockets open, talk and are told to leave`)
}

/** A job is taken at once, done by the worker, and its answer is the handler's. */
async function queued(original, name, redis) {
  const env = { REDIS_URL: redis }
  const one = await service(name, env)
  const worker = spawn(process.execPath, ['--import', 'tsx', 'src/worker.ts'], {
    cwd: join(services, name),
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  running.add(worker)
  const ended = once(worker, 'exit')
  const request = json('POST', '/api/users/7', { a: 1 })
  // A preflight is no job.
  assert.equal((await ask(one, { method: 'OPTIONS', path: request.path })).status, 204)
  const taken = await ask(one, request)
  assert.equal(taken.status, 202)
  const { status } = JSON.parse(taken.body)
  assert.equal(taken.headers.location, status)
  let state
  for (let tries = 0; tries < 100 && state !== 'completed'; tries++) {
    await sleep(100)
    state = JSON.parse((await ask(one, { path: status })).body).state
  }
  assert.equal(state, 'completed')
  const [before, after] = [await ask(original, request), await ask(one, { path: `${status}/result` })]
  assert.deepEqual([after.status, after.body], [before.status, before.body])
  assert.equal((await ask(one, { path: '/jobs/nobody' })).status, 404)
  worker.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
  running.delete(worker)
  await end(one, name)
  console.log(`${name}: a job is taken, done and told of`)
}

/** With Redis, two instances count together. */
async function sharedLimit(name, redis) {
  const env = { REDIS_URL: redis, NODE_ENV: 'production', REQUESTS_PER_MINUTE: '4' }
  const both = await Promise.all([service(name, env), service(name, env)])
  const statuses = []
  for (let count = 0; count < 6; count++) statuses.push((await ask(both[count % 2], { path: '/api/users/1' })).status)
  assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429], name)
  for (const one of both) await end(one, name)
  console.log(`${name}: two instances count together`)
}

async function withRedis(work) {
  const port = await freePort()
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''])
  server.on('error', () => {})
  const failed = once(server, 'error').then(() => false)
  const ready = new Promise((done) => server.stdout.on('data', (text) => /Ready to accept/.test(text) && done(true)))
  if (!(await Promise.race([ready, failed]))) {
    console.log('there is no redis-server here: what needs one was not tried')
    return
  }
  running.add(server)
  await work(`redis://127.0.0.1:${port}`)
  server.kill()
  running.delete(server)
}

const nextProgram = createRequire(join(app, 'package.json')).resolve('next/dist/bin/next')
const original = await start(app, (port) => [process.execPath, nextProgram, 'start', '-p', String(port)], {}, '/api/docs')
const names = readdirSync(services).sort()
for (const name of names) {
  const table = TABLES[name.split('-')[0]]
  if (table) await compare(original, name, table)
}
for (const name of names.filter((name) => name.startsWith('files'))) await streams(name)
for (const name of names.filter((name) => name.startsWith('users'))) await guards(name)
for (const name of names.filter((name) => name.startsWith('slow'))) await drains(name)
for (const name of names.filter((name) => name.startsWith('ws'))) await sockets(name)
for (const name of names.filter((name) => name.startsWith('io'))) await socketIo(name)
await withRedis(async (redis) => {
  for (const name of names.filter((name) => name.startsWith('users'))) await sharedLimit(name, redis)
  for (const name of names.filter((name) => name.startsWith('queue'))) await queued(original, name, redis)
})
original.child.kill()
