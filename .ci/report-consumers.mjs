// Reads each report of one run with a program that its format is made for, and compares what they see with the JSON
// report: `report-consumers.mjs FOLDER EXIT-CODE NAME`. Run by report-consumers.sh.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { error, notice, warning } from '@actions/core'
import { parse as junit2json } from 'junit2json'
import { marked } from 'marked'

const require = createRequire(import.meta.url)
const [folder, code, name] = process.argv.slice(2)
const read = (file) => readFileSync(join(folder, file), 'utf8')
const lines = (text) => text.split('\n').filter(Boolean)

const report = JSON.parse(read('json'))
const found = report.diagnostics
const count = (severity) => found.filter((one) => one.severity === severity).length
const sorted = (list) => [...list].sort()
assert.equal(code, found.length ? '1' : '0', 'the exit code')
assert.deepEqual(
  [report.summary.errors, report.summary.warnings, report.summary.infos],
  [count('error'), count('warning'), count('info')],
)

assert.deepEqual(lines(read('jsonl')).map((line) => JSON.parse(line)), found, 'JSON lines')
assert.equal(lines(read('concise')).filter((line) => /: (error|warning|info)\[/.test(line)).length, found.length)
assert.equal(lines(read('full')).filter((line) => /^(error|warning|info)\[/.test(line)).length, found.length)

const { results } = JSON.parse(read('sarif')).runs[0]
assert.deepEqual(
  sorted(results.map((one) => one.partialFingerprints['routelint/v1'])),
  sorted(found.map((one) => one.fingerprint)),
  'SARIF',
)
const uris = results.map((one) => decodeURIComponent(one.locations[0].physicalLocation.artifactLocation.uri))

const quality = JSON.parse(read('gitlab'))
assert.equal(new Set(quality.map((one) => one.fingerprint)).size, found.length, 'GitLab fingerprints')
assert.deepEqual(quality.map((one) => one.location.path), uris, 'GitLab paths')

// JUnit, by two readers.
const suites = await junit2json(read('junit'))
const cases = suites.testsuite.flatMap((suite) => suite.testcase)
assert.equal(cases.filter((one) => one.failure).length, found.length, 'JUnit failures')
assert.equal(suites.tests, cases.length, 'JUnit tests')
assert.equal(new Set(cases.map((one) => `${one.classname} ${one.name}`)).size, cases.length, 'JUnit names')
const { parse } = require('test-results-parser')
const results2 = parse({ type: 'junit', files: [join(folder, 'junit')] })
assert.deepEqual([results2.total, results2.failed], [cases.length, found.length], 'JUnit, as test-results-parser reads it')

// Checkstyle, as a plugin for Danger reads it.
const { xml2js } = require('xml-js')
const { parseCheckstyle } = require('danger-plugin-lint-report/dist/parse/checkstyle_parser.js')
const checkstyle = xml2js(read('checkstyle'))
assert.equal(checkstyle.elements[0].elements?.length ?? 0, new Set(found.map((one) => one.file)).size, 'Checkstyle files')
const violations = parseCheckstyle(checkstyle, '/nowhere')
const key = (one) => [one.line, one.column, one.severity, one.message.replace(/\s+/g, ' ')].join(' ')
const expected = found.map(({ range: { start }, severity, message }) => key({ ...start, severity, message }))
assert.deepEqual(sorted(violations.map(key)), sorted(expected), 'Checkstyle')

// GitHub: what the runner would read of each line is what @actions/core writes for it, and nothing else is a command.
const unescape = (text, extra) =>
  extra.reduce((out, [code, char]) => out.replaceAll(code, char), text.replaceAll('%0D', '\r').replaceAll('%0A', '\n'))
    .replaceAll('%25', '%')
const visible = (text) => text.replace(/\x1b/g, '\\x1b')
const levels = { error, warning, notice }
const log = read('github').split('\n')
const annotations = { error: [], warning: [], notice: [] }
for (const line of log) {
  if (!line.trimStart().startsWith('::')) {
    assert(!line.includes('##['), `a command of the old form: ${line}`)
    continue
  }
  const [, level, properties, data] = /^::([a-z]+)(?: (.*?))?::(.*)$/.exec(line)
  if (level === 'group' || level === 'endgroup') continue
  const values = {}
  for (const pair of properties.split(',')) {
    const [key, ...value] = pair.split('=')
    values[key] = unescape(value.join('='), [['%3A', ':'], ['%2C', ',']])
  }
  const { title, file, line: startLine, endLine, col: startColumn, endColumn } = values
  const message = unescape(data, [])
  let written = ''
  const write = process.stdout.write
  process.stdout.write = (text) => (written += text)
  levels[level](message, { title, file, startLine, endLine, startColumn, endColumn })
  process.stdout.write = write
  assert.equal(written, `${line}\n`, 'as @actions/core writes it')
  assert(message.length <= 4096)
  assert(quality.some((one) => visible(one.location.path) === file), `the annotated file ${file}`)
  annotations[level].push(file)
}
assert.equal(annotations.error.length, Math.min(10, count('error')))
assert.equal(annotations.warning.length, Math.min(10, count('warning')))
assert.equal(annotations.notice.length, Math.min(10, count('info')))
const rest = log.filter((line) => /^(error|warning|info)\[/.test(line)).length
assert.equal(Object.values(annotations).flat().length + rest, found.length, 'no finding is lost')

// Markdown, as rendered: a row per finding, no element that a name brought, nobody notified.
for (const file of ['markdown', 'summary.md']) {
  const html = marked.parse(read(file), { gfm: true })
  assert.equal((html.match(/<tr>/g) ?? []).length, found.length + (found.length ? 1 : 0), `${file}: rows`)
  assert.equal((html.match(/<td>/g) ?? []).length, 4 * found.length, `${file}: cells`)
  assert(!/<img|<script/.test(html), `${file}: elements`)
  assert(!/@octocat/.test(html.replace(/<code>.*?<\/code>/gs, '')), `${file}: a mention`)
}
console.log(`${name}: ${found.length} findings, the same in every format`)
