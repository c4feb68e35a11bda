// What people do with a page of the report, for page.mjs: each function opens pages and looks at what happens.
import assert from 'node:assert/strict'

// What is on the page now: routes and findings that are shown, and what the page says of it.
const state = (page) => page.evaluate(() => {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
  return {
    routes: shown('.tile').length,
    findings: shown('.finding').length,
    severities: [...new Set(shown('.finding').map((one) => one.dataset.severity))],
    rules: [...new Set(shown('.rule').map((one) => one.dataset.rule))],
    targets: [...new Set(shown('#routes > .app').map((one) => one.dataset.target))],
    counts: document.getElementById('counts').textContent,
    hash: location.hash,
  }
})

const told = ({ routes, findings, counts }) => {
  const [, shownRoutes, shownFindings] = /^(\d+) of \d+ routes, (\d+) of \d+ findings$/.exec(counts)
  assert.deepEqual([Number(shownRoutes), Number(shownFindings)], [routes, findings], counts)
}

export const filters = async (open) => {
  const { page, close } = await open('big')
  const all = await state(page)
  told(all)
  assert.equal(all.routes, 500)
  const choose = async (name, value) => {
    await page.select(`select[name=${name}]`, value)
    const now = await state(page)
    told(now)
    assert(now.hash.includes(`${name}=`), now.hash)
    return now
  }
  const store = await choose('rule', 'in-memory-store')
  assert.deepEqual(store.rules, ['in-memory-store'])
  assert(store.routes > 0 && store.routes < all.routes && store.findings < all.findings, store.counts)
  await page.click('#filters [type=reset]')
  assert.deepEqual(await state(page), all)

  assert.deepEqual((await choose('family', 'clients')).rules, ['per-request-client'])
  const both = await choose('severity', 'warning')
  assert(both.findings === 0 || both.severities.every((severity) => severity === 'warning'), both.counts)
  await page.click('#filters [type=reset]')
  assert.deepEqual((await choose('severity', 'error')).severities, ['error'])
  const none = await choose('severity', 'none')
  assert(none.findings === 0 && none.routes > 100, none.counts)
  await page.click('#filters [type=reset]')
  assert.deepEqual((await choose('target', 'vercel')).targets, ['vercel'])
  assert.equal((await state(page)).routes, 250)
  const post = await choose('method', 'POST')
  assert(post.routes > 0 && post.routes < 250, post.counts)
  await page.click('#filters [type=reset]')
  assert.equal((await choose('state', 'new')).findings, 1)
  await page.click('#filters [type=reset]')

  await page.type('#q', 'no such thing')
  assert.equal((await state(page)).findings + (await state(page)).routes, 0)
  await page.keyboard.press('Escape')
  await page.type('#q', 'thing17')
  const found = await state(page)
  told(found)
  assert.equal(found.routes, 2 * 11, found.counts)
  assert.equal(found.hash, '#q=thing17')
  // The link that holds the filter can be sent.
  const again = await open('big', { fragment: '#rule=in-memory-store&severity=warning&target=vercel' })
  const sent = await state(again.page)
  told(sent)
  assert.deepEqual([sent.rules, sent.severities, sent.targets], [['in-memory-store'], ['warning'], ['vercel']])
  await again.close()
  await close()
}

export const links = async (open) => {
  const { page, close } = await open('big')
  // From the map to a finding, through its trace, and back to the map.
  const seen = (selector) => page.evaluate((selector) => {
    const { top, bottom } = document.querySelector(selector).getBoundingClientRect()
    return bottom > 0 && top < innerHeight && document.querySelector(selector).checkVisibility()
  }, selector)
  await page.click('.tile.error summary')
  await page.click('.tile.error a')
  const anchor = await page.evaluate(() => location.hash)
  assert.match(anchor, /^#f-[0-9a-f]{8}$/)
  assert(await seen(anchor), 'the finding is open and in sight')
  const step = (number) => `[id="${anchor.slice(1)}-${number}"]`
  await page.click(`${anchor} .way a`)
  assert(await seen(step(1)), 'the first step is open')
  await page.click(`${step(1)} .steps a:last-child`)
  assert(await seen(step(2)), 'the second step is open')
  await page.click(`${step(2)} .steps a:first-child`)
  assert(await seen(step(1)), 'back at the first step')
  assert.match(await page.$eval(`${step(1)} pre`, (code) => code.textContent), /await list\(/)
  await page.click(`${anchor} .routes a`)
  assert(await seen(await page.evaluate(() => location.hash)), 'the route is open')
  // The same link again, after somebody closed what it led to.
  const hash = await page.evaluate(() => location.hash)
  await page.$eval(hash, (element) => { element.closest('details').open = false })
  await page.$eval(`${anchor} .routes a`, (link) => link.click())
  assert(await seen(hash), 'the route is open again')
  // A link to what the filter hides takes the filter away.
  await page.select('select[name=rule]', 'in-memory-store')
  await page.evaluate((anchor) => { location.hash = anchor }, anchor)
  await page.waitForFunction((anchor) => document.querySelector(anchor).checkVisibility(), {}, anchor)
  assert.equal(await page.$eval('select[name=rule]', (rule) => rule.value), '')
  await close()
}

export const theme = async (open) => {
  const { page, close } = await open('crud-per-request', { scheme: 'dark' })
  const brightness = () => page.evaluate(() => {
    const [r, g, b] = getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number)
    return (r + g + b) / 3
  })
  assert(await brightness() < 60, 'dark where the system is')
  await page.click('#theme')
  assert(await brightness() > 200, 'light after the switch')
  assert.equal(await page.$eval('#theme', (button) => button.textContent), 'Dark theme')
  await page.reload()
  assert(await brightness() > 200, 'and still after a reload')
  await page.evaluate(() => localStorage.clear())
  await close()
}

export const byKeyboard = async (open) => {
  const { page, close } = await open('crud-per-request')
  const focus = () => page.evaluate(() => {
    const at = document.activeElement
    const { outlineStyle } = getComputedStyle(at)
    return { name: at.tagName, id: at.id, text: at.textContent.slice(0, 40), ring: outlineStyle, shown: at.getBoundingClientRect().left >= 0 }
  })
  await page.keyboard.press('Tab')
  const skip = await focus()
  assert(skip.text === 'Skip to the report' && skip.shown, JSON.stringify(skip))
  await page.keyboard.press('Enter')
  assert.equal((await focus()).id, 'main')
  await page.keyboard.press('/')
  assert.equal((await focus()).id, 'q')
  // Everything that can be used is reached, and shows that it is.
  const reached = new Set()
  for (let presses = 0; presses < 400; presses += 1) {
    await page.keyboard.press('Tab')
    const { name, ring, text } = await focus()
    if (name === 'BODY') break
    assert.notEqual(ring, 'none', `no ring on ${name} ${text}`)
    reached.add(await page.evaluate(() => {
      const all = [...document.querySelectorAll('a, summary, select, button, input')]
      return all.indexOf(document.activeElement)
    }))
  }
  const missed = await page.evaluate((reached) => {
    const all = [...document.querySelectorAll('main a, main summary, main select, main button')]
    const every = [...document.querySelectorAll('a, summary, select, button, input')]
    const after = every.indexOf(document.getElementById('q'))
    return all.filter((one) => one.checkVisibility() && every.indexOf(one) > after && !reached.includes(every.indexOf(one)))
      .map((one) => one.outerHTML.slice(0, 120))
  }, [...reached])
  assert.deepEqual(missed, [])
  // A summary opens with the keyboard.
  await page.focus('.tile summary')
  await page.keyboard.press('Enter')
  assert(await page.$eval('.tile details', (tile) => tile.open))
  await close()
}

export const print = async (open) => {
  for (const script of [true, false]) {
    const { page, close } = await open('big', { script })
    await page.emulateMediaType('print')
    const seen = await page.evaluate(() => ({
      code: document.querySelector('.finding pre').checkVisibility(),
      step: document.querySelector('.trace pre').checkVisibility(),
      filters: document.getElementById('filters').checkVisibility(),
      background: getComputedStyle(document.documentElement).backgroundColor,
    }))
    assert(seen.code && seen.step, `folded on paper: ${JSON.stringify(seen)}`)
    assert(!seen.filters && seen.background === 'rgb(255, 255, 255)', JSON.stringify(seen))
    await close()
  }
  const { page, close } = await open('crud-per-request', { scheme: 'dark' })
  const pdf = await page.pdf({ format: 'A4' })
  assert(pdf.length > 20_000, `${pdf.length} bytes of PDF`)
  await close()
}

export const withoutScript = async (open) => {
  const { page, close } = await open('big', { script: false })
  const text = await page.evaluate(() => document.body.innerText)
  assert(text.includes('500 routes in 2 apps') && text.includes('every request opens a PostgreSQL connection'))
  assert(!await page.$eval('#filters', (form) => form.checkVisibility()), 'filters that do nothing')
  // A link into something folded opens it, and a summary works.
  const link = await page.$eval('.tile.error a', (a) => a.getAttribute('href'))
  await page.click('.tile.error summary')
  await page.click('.tile.error a')
  await page.waitForFunction((link) => document.querySelector(link).checkVisibility(), { polling: 100 }, link)
  assert(await page.$eval(link, (body) => body.querySelector('pre').checkVisibility()))
  await close()
}
