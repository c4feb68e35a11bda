// What the page does beyond what HTML does by itself: theme, filters, and links into what is folded.
'use strict'
{
  const root = document.documentElement
  const all = (selector, within = document) => [...within.querySelectorAll(selector)]
  root.classList.add('js')

  // Theme: that of the system, until somebody chooses.
  const button = document.getElementById('theme')
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches)
  const label = () => { button.textContent = isDark() ? 'Light theme' : 'Dark theme' }
  const stored = (act) => { try { return act() } catch { return null } }
  const kept = stored(() => localStorage.getItem('routelint-theme'))
  if (kept === 'dark' || kept === 'light') root.dataset.theme = kept
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    stored(() => localStorage.setItem('routelint-theme', root.dataset.theme))
    label()
  })
  system.addEventListener('change', label)
  label()

  // Printed, everything is open.
  let folded = []
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])')
    for (const one of folded) one.open = true
  })
  addEventListener('afterprint', () => { for (const one of folded) one.open = false })

  // Filters: every finding knows its routes, every route its findings.
  const form = document.getElementById('filters')
  const routes = all('.tile').map((element) => ({
    element,
    target: element.closest('.app').dataset.target,
    methods: all('.method', element).map((method) => method.textContent),
    text: `${element.closest('.folder').firstElementChild.textContent} ${element.textContent}`.toLowerCase(),
    path: '',
    findings: [],
  }))
  const numbered = new Map(routes.map((route) => [Number(route.element.dataset.number), route]))
  const expand = (ranges) => ranges.split(',').filter(Boolean).flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, step) => numbered.get(first + step)).filter(Boolean)
  })
  const findings = all('.finding').map((element) => {
    const { rule, family } = element.closest('.rule').dataset
    const { severity, state, routes: ranges } = element.dataset
    const text = `${rule} ${element.firstElementChild.textContent}`.toLowerCase()
    const finding = { element, rule, family, severity, state, text, routes: expand(ranges) }
    for (const route of finding.routes) route.findings.push(finding)
    return finding
  })
  const show = (element, shown) => { if (element.hidden === shown) element.hidden = !shown }
  const groups = [['.folder', '.tile', ''], ['#routes > .app', '.tile', 'routes'], ['.rule', '.finding', 'findings']]
    .flatMap(([group, member, noun]) => all(group).map((element) => {
      const count = noun && element.querySelector('.count')
      return { element, members: all(member, element), count, noun, words: count ? count.textContent : '' }
    }))

  const apply = () => {
    const want = Object.fromEntries(new FormData(form))
    const { rule = '', family = '', severity = '', state = '', target = '', method = '' } = want
    const q = (want.q || '').trim().toLowerCase()
    const narrow = Boolean(rule || family || severity || state)
    for (const route of routes) {
      route.fits = (!target || route.target === target) && (!method || route.methods.includes(method))
      route.says = !q || route.text.includes(q)
    }
    let shownFindings = 0
    for (const finding of findings) {
      finding.fits = (!rule || finding.rule === rule) && (!family || finding.family === family) &&
        (!severity || finding.severity === severity) && (!state || finding.state === state)
      finding.says = !q || finding.text.includes(q)
      const reached = finding.routes.filter((route) => route.fits)
      const reaches = finding.routes.length ? reached.length > 0 : !method
      const shown = finding.fits && reaches && (finding.says || reached.some((route) => route.says))
      show(finding.element, shown)
      if (shown) shownFindings += 1
    }
    let shownRoutes = 0
    for (const route of routes) {
      const found = route.findings.filter((finding) => finding.fits)
      const shown = route.fits && (severity === 'none'
        ? route.findings.length === 0 && route.says
        : narrow ? found.some((finding) => route.says || finding.says)
          : route.says || found.some((finding) => finding.says))
      show(route.element, shown)
      if (shown) shownRoutes += 1
    }
    const active = narrow || target || method || q
    for (const { element, members, count, noun, words } of groups) {
      const left = members.filter((member) => !member.hidden).length
      show(element, left > 0)
      if (count) count.textContent = active ? `${left} of ${members.length} ${noun}` : words
    }
    document.getElementById('counts').textContent =
      `${shownRoutes} of ${routes.length} routes, ${shownFindings} of ${findings.length} findings`
  }

  // The filter stands in the fragment, so that a link to it can be sent.
  const remember = () => {
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value))
    const fragment = chosen.size ? `#${chosen}` : ''
    history.replaceState(null, '', location.href.split('#')[0] + fragment)
  }
  const choose = (chosen) => {
    for (const control of form.elements) if (control.name) control.value = chosen.get(control.name) || ''
    apply()
  }

  // A link into something folded opens it; if the filter hides it, the filter goes.
  const reveal = (id) => {
    const aim = document.getElementById(id)
    if (!aim) return
    if (form && aim.closest('[hidden]')) choose(new URLSearchParams())
    for (let at = aim.closest('details'); at; at = at.parentElement.closest('details')) at.open = true
    aim.scrollIntoView()
    const summary = aim.parentElement.querySelector(':scope > summary')
    if (summary) summary.focus({ preventScroll: true })
  }
  const follow = () => {
    const fragment = location.hash.slice(1)
    if (form && fragment.includes('=')) choose(new URLSearchParams(fragment))
    else if (fragment) reveal(decodeURIComponent(fragment))
  }

  if (form) {
    form.addEventListener('input', () => { apply(); remember() })
    form.addEventListener('submit', (event) => event.preventDefault())
    form.addEventListener('reset', (event) => {
      event.preventDefault()
      choose(new URLSearchParams())
      remember()
    })
    const search = document.getElementById('q')
    addEventListener('keydown', (event) => {
      const typing = event.target.closest('input, select, textarea')
      if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault()
        search.focus()
      } else if (event.key === 'Escape' && event.target === search) {
        search.value = ''
        apply()
        remember()
      }
    })
    apply()
  }
  addEventListener('hashchange', follow)
  addEventListener('click', (event) => {
    // The same link twice changes no fragment.
    const link = event.target.closest('a[href^="#"]')
    if (link && link.hash === location.hash) follow()
  })
  if (location.hash) follow()
}
