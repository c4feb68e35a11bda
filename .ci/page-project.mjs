// Writes a workspace of two apps with 500 routes between them, and findings of several rules: `page-project.mjs DIR`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [root] = process.argv.slice(2)
const write = (file, text) => {
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

write('package.json', '{ "name": "big", "private": true, "workspaces": ["apps/*"] }\n')
const kinds = [
  // Every third route has nothing to say.
  (n) => `export const GET = () => Response.json({ n: ${n} })\n`,
  (n) => `import { list } from '../../../../lib/list${n % 40}'\n\nexport async function GET() {\n  return Response.json(await list(${n}))\n}\n`,
  (n) => n % 2
    ? `import { total } from '../../../../lib/total'\n\nexport async function POST() {\n  return Response.json(await total())\n}\n`
    : `const seen = new Map<string, number>()\n\nexport async function POST(request: Request) {\n  const { id } = await request.json()\n  seen.set(id, (seen.get(id) ?? 0) + 1)\n  return Response.json({ n: seen.get(id) })\n}\n`,
]
for (const [app, platform] of [['web', 'vercel.json'], ['admin', 'fly.toml']]) {
  const at = `apps/${app}`
  write(`${at}/package.json`, `{ "name": "${app}", "dependencies": { "next": "15.3.0", "pg": "8.0.0" } }\n`)
  write(`${at}/${platform}`, platform.endsWith('json') ? '{}\n' : 'app = "admin"\n')
  for (let n = 0; n < 250; n += 1) {
    write(`${at}/app/api/part${n % 16}/thing${n}/route.ts`, kinds[n % 3](n))
  }
  for (let n = 0; n < 40; n += 1) {
    write(`${at}/lib/list${n}.ts`,
      `import { Pool } from 'pg'\n\nexport async function list(n: number) {\n  const pool = new Pool()\n  const { rows } = await pool.query('select * from t${n} where n = $1 limit 50', [n])\n  return rows\n}\n`)
  }
  write(`${at}/lib/total.ts`,
    "import { Client } from 'pg'\n\nexport async function total() {\n  const client = new Client()\n  await client.connect()\n  const { rows } = await client.query('select count(*) from t')\n  await client.end()\n  return rows\n}\n")
}
