//! A monorepo made up by counting: the same files on every machine. It has what makes analysis hard in real ones:
//! routes that share code, workspace packages behind barrels, packages that import each other in a circle, and code
//! for the browser that no route reaches.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// How much of everything there is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) apps: usize,
    pub(crate) routes_per_app: usize,
    pub(crate) helpers_per_app: usize,
    pub(crate) views_per_app: usize,
    pub(crate) packages: usize,
    pub(crate) modules_per_package: usize,
}

impl Size {
    /// So many thousand source files, and fifty times as many routes. More files are more packages, not larger ones.
    #[allow(dead_code, reason = "each benchmark has its size")]
    pub(crate) const fn thousands(thousands: usize) -> Self {
        Self {
            apps: 5,
            routes_per_app: 10 * thousands,
            helpers_per_app: 40 * thousands,
            views_per_app: 70 * thousands - 4,
            packages: 2 * thousands,
            modules_per_package: 200,
        }
    }
    /// 400 source files, 40 routes.
    #[allow(dead_code, reason = "each benchmark has its size")]
    pub(crate) const SMALL: Self = Self {
        apps: 2,
        routes_per_app: 20,
        helpers_per_app: 50,
        views_per_app: 48,
        packages: 3,
        modules_per_package: 51,
    };
}

/// Every one of so many routes opens its own client.
const SINS: usize = 50;

/// Writes the monorepo and gives the paths of its source files.
#[allow(dead_code, reason = "not every benchmark lets it write")]
pub(crate) fn write(root: &Path, size: Size) -> Vec<String> {
    let mut files = Vec::new();
    each(size, &mut |path, text| {
        let full = root.join(&path);
        fs::create_dir_all(full.parent().expect("a file is in a folder")).expect("a new folder");
        fs::write(full, text).expect("a new file");
        if path.ends_with(".ts") || path.ends_with(".tsx") {
            files.push(path);
        }
    });
    files
}

/// Gives path and text of every file.
pub(crate) fn each(size: Size, put: &mut impl FnMut(String, String)) {
    put("package.json".into(), r#"{ "private": true, "workspaces": ["apps/*", "packages/*"] }"#.into());
    put("tsconfig.base.json".into(), r#"{ "compilerOptions": { "strict": true } }"#.into());
    put("packages/db/package.json".into(), package_manifest("db"));
    put("packages/db/src/index.ts".into(), "export { connect, db } from './client';\n".into());
    put("packages/db/src/client.ts".into(), DB.into());
    for table in ["users", "items", "tags"] {
        put(format!("packages/db/src/{table}.ts"), format!("export const {table} = {{ limit: 100 }};\n"));
    }
    for package in 0..size.packages {
        package_files(package, size, put);
    }
    for app in 0..size.apps {
        app_files(app, size, put);
    }
}

const DB: &str = "import { PrismaClient } from '@prisma/client';

const shared = globalThis as unknown as { prisma?: PrismaClient };
export const db = shared.prisma ?? new PrismaClient();
if (process.env.NODE_ENV !== 'production') shared.prisma = db;

export function connect() {
  return new PrismaClient();
}
";

fn package_manifest(name: &str) -> String {
    format!(
        r#"{{ "name": "@acme/{name}", "exports": {{ ".": "./dist/index.js" }}, "dependencies": {{ "@acme/db": "*" }} }}"#
    )
}

fn package_files(package: usize, size: Size, put: &mut impl FnMut(String, String)) {
    let name = format!("p{package}");
    put(format!("packages/{name}/package.json"), package_manifest(&name));
    let mut barrel = String::new();
    for module in 0..size.modules_per_package - 1 {
        writeln!(barrel, "export * from './m{module}';").expect("text");
        let next = (package + 1) % size.packages;
        // The last module of each package closes the circle through the next package's barrel.
        let import = if module == size.modules_per_package - 2 {
            format!("import {{ p{next}Load0 as inner }} from '@acme/p{next}';")
        } else {
            format!("import {{ {name}Load{} as inner }} from './m{}';", module + 1, module + 1)
        };
        put(format!("packages/{name}/src/m{module}.ts"), module_text(&import, &name, module));
    }
    put(format!("packages/{name}/src/index.ts"), barrel);
}

/// A module as such modules are: types, a query, a class, plain functions.
fn module_text(import: &str, name: &str, number: usize) -> String {
    let mut text = format!(
        "import {{ db }} from '@acme/db';
{import}

export interface {name}Row{number} {{
  id: string;
  title: string;
  tags: readonly string[];
  parent?: {name}Row{number} | null;
}}

const LIMIT = {number} + 10;

export async function {name}Load{number}(id: string, depth = 0): Promise<{name}Row{number} | null> {{
  if (depth > LIMIT) return null;
  const row = await db.item.findFirst({{ where: {{ id, kind: '{name}-{number}' }}, include: {{ tags: true }} }});
  if (!row) return inner(id, depth + 1) as Promise<{name}Row{number} | null>;
  return {{ ...row, tags: row.tags.map((tag: {{ name: string }}) => tag.name.trim().toLowerCase()) }};
}}

export class {name}Store{number} {{
  #seen = new Map<string, number>();
  constructor(private readonly prefix: string) {{}}

  async load(id: string) {{
    this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1);
    const row = await {name}Load{number}(`${{this.prefix}}:${{id}}`);
    return row ? {{ ...row, seen: this.#seen.get(id) }} : undefined;
  }}
}}
"
    );
    for helper in 0..number % 6 {
        write!(
            text,
            "
export function {name}Format{number}x{helper}(row: {name}Row{number}, width: number): string {{
  const words = row.title.split(/\\s+/u).filter((word) => word.length > {helper});
  let line = '';
  for (const word of words) {{
    if (line.length + word.length > width) break;
    line += line ? ` ${{word}}` : word;
  }}
  return row.tags.length > 0 ? `${{line}} (${{row.tags.join(', ')}})` : line;
}}
"
        )
        .expect("text");
    }
    text
}

fn app_files(app: usize, size: Size, put: &mut impl FnMut(String, String)) {
    let root = format!("apps/web{app}");
    let manifest =
        format!(r#"{{ "name": "web{app}", "dependencies": {{ "next": "15.5.6", "@acme/db": "*" }} }}"#);
    put(format!("{root}/package.json"), manifest);
    put(format!("{root}/vercel.json"), "{}".into());
    let tsconfig =
        r#"{ "extends": "../../tsconfig.base.json", "compilerOptions": { "paths": { "@/*": ["./*"] } } }"#;
    put(format!("{root}/tsconfig.json"), tsconfig.into());
    for helper in 0..size.helpers_per_app {
        let package = (app + helper) % size.packages;
        let import = format!("import {{ p{package}Load{} as inner }} from '@acme/p{package}';", helper % 40);
        put(format!("{root}/lib/h{helper}.ts"), module_text(&import, "helper", helper));
    }
    for route in 0..size.routes_per_app {
        put(format!("{root}/app/api/r{route}/[id]/route.ts"), route_text(app, route, size));
    }
    for view in 0..size.views_per_app {
        put(format!("{root}/components/v{view}.tsx"), view_text(view, size));
    }
    put(format!("{root}/app/page.tsx"), "export default function Page() { return <h1>Home</h1>; }\n".into());
    put(
        format!("{root}/app/layout.tsx"),
        "export default ({ children }: any) => <html>{children}</html>;\n".into(),
    );
    put(format!("{root}/middleware.ts"), "export function middleware() {}\n".into());
}

fn route_text(app: usize, route: usize, size: Size) -> String {
    let helper = |step: usize| (route * 4 + step) % size.helpers_per_app;
    let (one, two) = (helper(0), helper(1));
    let package = (app + route) % size.packages;
    let client = match (app * size.routes_per_app + route) % SINS {
        0 => "connect()",
        _ => "db",
    };
    format!(
        "import {{ connect, db }} from '@acme/db';
import {{ p{package}Store{route} }} from '@acme/p{package}';
import {{ helperLoad{one} }} from '@/lib/h{one}';
import {{ helperStore{two} }} from '@/lib/h{two}';

type Context = {{ params: Promise<{{ id: string }}> }};

const store = new helperStore{two}('r{route}');

export async function GET(_request: Request, {{ params }}: Context) {{
  const {{ id }} = await params;
  const [item, other] = await Promise.all([helperLoad{one}(id), store.load(id)]);
  if (!item) return new Response(null, {{ status: 404 }});
  return Response.json({{ item, other }});
}}

export async function POST(request: Request, {{ params }}: Context) {{
  const {{ id }} = await params;
  const client = {client};
  const data = await request.json();
  const saved = await client.item.update({{ where: {{ id }}, data }});
  return Response.json({{ saved, inner: await new p{package}Store{route}('x').load(id) }});
}}
",
        route = route % (size.modules_per_package - 1),
    )
}

fn view_text(number: usize, size: Size) -> String {
    let next = (number + 1) % size.views_per_app;
    format!(
        "'use client';

import {{ useState }} from 'react';
import {{ View{next} }} from './v{next}';

export function View{number}({{ depth }}: {{ depth: number }}) {{
  const [open, setOpen] = useState(false);
  return (
    <section className=\"view\">
      <button onClick={{() => setOpen(!open)}}>{{open ? 'Less' : 'More'}} of {number}</button>
      {{open && depth < 3 ? <View{next} depth={{depth + 1}} /> : null}}
    </section>
  );
}}
"
    )
}
