// Opens the pages of a folder in Chromium and uses them as people do: `page.mjs FOLDER [SCREENSHOTS]`. Run by page.sh.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import puppeteer from 'puppeteer-core'
import { byKeyboard, filters, links, print, theme, withoutScript } from './page-use.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const [folder, screenshots] = process.argv.slice(2)
const names = readdirSync(folder).map((file) => file.replace(/\.html$/, ''))
const file = (name) => resolve(folder, `${name}.html`)
const address = (name) => pathToFileURL(file(name)).href
// As root, Chromium has no sandbox.
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })

// A fresh page of a report; whatever it complains about or asks for fails the check.
const open = async (name, { width = 1280, scheme = 'light', script = true, fragment = '' } = {}) => {
  const page = await browser.newPage()
  const complaints = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(address(name))) complaints.push(`asks for ${request.url()}`)
  })
  page.on('dialog', (dialog) => complaints.push(`says ${dialog.message()}`))
  await page.setViewport({ width, height: 900 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  if (!script) await page.setJavaScriptEnabled(false)
  await page.goto(address(name) + fragment)
  const close = async () => {
    assert.deepEqual(complaints, [], `${name} in ${scheme}`)
    await page.close()
  }
  return { page, close }
}

const unfold = (page) => page.evaluate(() => {
  for (const one of document.querySelectorAll('details')) one.open = true
})

// Everything that axe calls serious or critical, with what is folded open.
const accessible = async (page, name, scheme) => {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const grave = violations.filter((one) => ['serious', 'critical'].includes(one.impact))
  const told = grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join('\n')}`)
  assert.deepEqual(told, [], `${name} in ${scheme}`)
}

const shot = async (page, name) => {
  if (!screenshots) return
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
}

for (const name of names) {
  for (const scheme of ['light', 'dark']) {
    const { page, close } = await open(name, { scheme })
    if (name !== 'big') await shot(page, `${name}-${scheme}`)
    // Of the largest page, what is folded has the same elements as elsewhere.
    if (name !== 'big') await unfold(page)
    await accessible(page, name, scheme)
    await close()
  }
  const { page, close } = await open(name, { width: 360 })
  await shot(page, `${name}-phone`)
  await unfold(page)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.equal(width, 360, `${name} is ${width} px wide on a phone of 360`)
  await accessible(page, name, 'phone')
  const doubled = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
    return ids.filter((id, index) => ids.indexOf(id) !== index)
  })
  assert.deepEqual(doubled, [], name)
  await close()
}
console.log(`${names.length} pages: no complaint, no request, no serious fault, none wider than a phone`)

// Drawings: every label stands within its drawing, and each says in words what it shows.
let drawings = 0
for (const name of names) {
  const { page, close } = await open(name)
  await unfold(page)
  drawings += await page.evaluate(() => {
    const graphs = [...document.querySelectorAll('.graph svg')]
    for (const graph of graphs) {
      const edge = graph.getBoundingClientRect().right
      for (const text of graph.querySelectorAll('text')) {
        if (text.getBoundingClientRect().right > edge) throw new Error(`cut off: ${text.textContent}`)
      }
      const said = graph.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent)
      if (!said.join(' ').includes(' loads ')) throw new Error(`says nothing: ${said}`)
      if (graph.querySelectorAll('path').length === 0) throw new Error('no line')
    }
    return graphs.length
  })
  await close()
}
assert(drawings > 20, `${drawings} drawings`)
console.log(`${drawings} drawings`)

for (const use of [filters, links, theme, byKeyboard, print, withoutScript]) {
  await use(open)
  console.log(`${use.name}: ok`)
}

// A decision leads from its evidence to the finding.
{
  const { page, close } = await open('decision-hybrid')
  assert.match(await page.$eval('#decision .verdict', (verdict) => verdict.textContent), /both/)
  const link = await page.$eval('.needs details[open] a', (a) => { a.click(); return a.getAttribute('href') })
  await page.waitForFunction((link) => document.querySelector(link).checkVisibility(), {}, link)
  assert(await page.$eval('.becomes', (moved) => moved.textContent.includes('WebSocket')))
  await close()
  console.log('decision: ok')
}

// 500 routes: small, and there in a second.
const bytes = statSync(file('big')).size
assert(bytes < 1_500_000, `${bytes} bytes`)
const times = []
for (let round = 0; round < 5; round += 1) {
  const { page, close } = await open('big')
  times.push(await page.evaluate(() => Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)))
  await close()
}
console.log(`500 routes: ${bytes} bytes, loaded in ${times.join(', ')} ms`)
const median = times.sort((a, b) => a - b)[2]
assert(median < 1000, `the page of 500 routes takes ${median} ms`)
await browser.close()
console.log('page: ok')
