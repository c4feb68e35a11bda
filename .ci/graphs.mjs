// Parses Mermaid files as GitHub does: `node graphs.mjs FILE.mmd...`
import { readFileSync } from 'node:fs'
import { JSDOM } from 'jsdom'

// Mermaid cleans labels with DOMPurify, which needs a document.
const { window } = new JSDOM('')
Object.assign(globalThis, { window, document: window.document })
const { default: mermaid } = await import('mermaid')

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8')
  if (text.length > 50_000) throw new Error(`${file}: Mermaid reads 50,000 letters, this has ${text.length}`)
  // This one knows the kinds of diagrams once it was called.
  await mermaid.parse(text)
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text)
  const { vertices, edges, subgraphs } = flow(diagram.db)
  const drawn = (text.match(/^ *n\d+ (==>|-\.->) n\d+$/gm) ?? []).length
  const written = (text.match(/^ *n\d+[([]/gm) ?? []).length
  // A name that breaks out of its label would make or swallow one.
  if (edges !== drawn || vertices !== written) {
    throw new Error(`${file}: ${vertices} nodes and ${edges} arrows are read, ${written} and ${drawn} are written`)
  }
  console.log(`${file}: ${vertices} nodes, ${edges} arrows, ${subgraphs} apps`)
}

function flow(db) {
  const size = (it) => it.size ?? it.length ?? Object.keys(it).length
  return { vertices: size(db.getVertices()), edges: size(db.getEdges()), subgraphs: size(db.getSubGraphs()) }
}
