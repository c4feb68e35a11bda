//! Projects of one app that are hard for one reason each, in any size: the same files on every machine. What a
//! route reaches grows with the size, and so does the number of routes: a tenth of the files, where nothing else is
//! said. The number of findings stays small, so that the report does not grow with routes times findings.

#[path = "barrels.rs"]
mod barrels;
#[path = "large.rs"]
mod large;

use std::fmt::Write as _;

/// Takes the path and the text of a file.
pub(crate) type Put<'a> = &'a mut dyn FnMut(String, String);

/// A way to be large.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Writes so many modules and their routes.
    pub(crate) write: fn(usize, Put<'_>),
}

/// All shapes.
pub(crate) const SHAPES: [Shape; 15] = [
    Shape { name: "plain", about: "each route with helpers of its own", write: plain },
    Shape {
        name: "shared-chain",
        about: "a chain of helpers that routes enter everywhere",
        write: shared_chain,
    },
    Shape { name: "ring", about: "modules that import and call each other in circles", write: ring },
    Shape { name: "hub", about: "a hub that everything imports and that imports everything", write: hub },
    Shape {
        name: "wide-barrel",
        about: "one barrel of `export *` from every module",
        write: barrels::wide_barrel,
    },
    Shape {
        name: "deep-barrel",
        about: "barrels that export each other, 10 deep",
        write: barrels::deep_barrel,
    },
    Shape {
        name: "barrel-ring",
        about: "barrels that export each other in a circle",
        write: barrels::barrel_ring,
    },
    Shape {
        name: "registry",
        about: "an object of all handlers, called by key and by name",
        write: large::registry,
    },
    Shape { name: "wrappers", about: "handlers behind wrappers behind wrappers", write: wrappers },
    Shape { name: "state", about: "one store that every module writes and reads", write: state },
    Shape { name: "findings", about: "something to report in every tenth module", write: findings },
    Shape {
        name: "one-file",
        about: "all functions in one file, one calling the next",
        write: large::one_file,
    },
    Shape { name: "classes", about: "classes that extend each other, 10 deep", write: large::classes },
    Shape {
        name: "long-function",
        about: "one handler that calls everything in its body",
        write: large::long_function,
    },
    Shape { name: "routes", about: "half of the files are routes, over the same helpers", write: routes },
];

/// So many modules have something to report, however many there are.
const SINS: usize = 10;

/// The manifest, the shared client, and a route for every `step`th module, made by `text` of its number.
fn app(files: usize, step: usize, put: Put<'_>, text: impl Fn(usize) -> String) {
    let manifest = r#"{ "name": "web", "dependencies": { "next": "15.5.6", "@prisma/client": "6.0.0" } }"#;
    put("package.json".into(), manifest.into());
    put("vercel.json".into(), "{}".into());
    put("tsconfig.json".into(), r#"{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }"#.into());
    put(
        "lib/db.ts".into(),
        "import { PrismaClient } from '@prisma/client';\n\nexport const db = new PrismaClient();\n".into(),
    );
    for number in (0..files).step_by(step) {
        put(format!("app/api/g{}/r{number}/[id]/route.ts", number / 100), text(number));
    }
}

/// Where a module lies, as it is imported: no folder has more than 100.
fn path(number: usize) -> String {
    format!("@/lib/g{}/m{number}", number / 100)
}

/// A route that calls what it imports as `load`.
fn route(import: &str) -> String {
    format!(
        "{import}

export async function GET(_request: Request, {{ params }}: {{ params: Promise<{{ id: string }}> }}) {{
  const {{ id }} = await params;
  return Response.json(await load(id));
}}
"
    )
}

/// A route that imports a module itself.
fn direct(number: usize) -> String {
    route(&format!("import {{ load{number} as load }} from '{}';", path(number)))
}

/// Puts a module that asks the database, keeps something, and calls others.
fn module(number: usize, total: usize, imports: &str, calls: &str, put: Put<'_>) {
    let client = if number.is_multiple_of(total.div_ceil(SINS)) { "new PrismaClient()" } else { "db" };
    let text = format!(
        "import {{ PrismaClient }} from '@prisma/client';
import {{ db }} from '@/lib/db';
{imports}
const LIMITS = {{ rows: 100, width: {number} }} as const;

export class Reader{number} {{
  constructor(private readonly prefix: string) {{}}

  async read(id: string) {{
    const key = [this.prefix, id].join(':');
    return (await fetch(`https://example.com/${{key}}`)).json();
  }}
}}

export async function load{number}(id: string): Promise<unknown> {{
  const client = {client};
  const row = await client.item.findFirst({{ where: {{ id, kind: 'k{number}' }} }});
  const names = (row?.tags ?? []).map((tag: string) => tag.trim().slice(0, LIMITS.width));
  if (!row) return new Reader{number}('k').read(id);
{calls}  return {{ ...row, names }};
}}
"
    );
    put(format!("lib/g{}/m{number}.ts", number / 100), text);
}

/// A module that imports some others and calls them.
fn calling(number: usize, total: usize, others: &[usize], put: Put<'_>) {
    let (mut imports, mut calls) = (String::new(), String::new());
    for (index, other) in others.iter().enumerate().filter(|(_, other)| **other < total && **other != number)
    {
        writeln!(imports, "import {{ load{other} as other{index} }} from '{}';", path(*other)).expect("text");
        writeln!(calls, "  if (row.step === {index}) return other{index}(row.parent);").expect("text");
    }
    module(number, total, &imports, &calls, put);
}

/// A module that calls the next, up to the last of its ten.
fn ten_in_a_row(number: usize, total: usize, put: Put<'_>) {
    let next = if number % 10 == 9 { None } else { Some(number + 1) };
    calling(number, total, next.as_slice(), put);
}

fn plain(files: usize, put: Put<'_>) {
    app(files, 10, put, direct);
    (0..files).for_each(|number| ten_in_a_row(number, files, put));
}

fn shared_chain(files: usize, put: Put<'_>) {
    app(files, 10, put, direct);
    for number in 0..files {
        calling(number, files, &[number + 1], put);
    }
}

fn ring(files: usize, put: Put<'_>) {
    app(files, 10, put, direct);
    for number in 0..files {
        calling(
            number,
            files,
            &[(number + 1) % files, (number * 7 + 3) % files, (number * 13 + 5) % files],
            put,
        );
    }
}

fn hub(files: usize, put: Put<'_>) {
    app(files, 10, put, direct);
    let mut text = String::new();
    for number in 0..files {
        writeln!(text, "import {{ load{number} }} from '{}';", path(number)).expect("text");
        module(
            number,
            files,
            "import { run } from '@/lib/hub';\n",
            "  if (row.again) return run(row.parent, row.step);\n",
            put,
        );
    }
    text.push_str(
        "\nexport async function run(id: string, step: number): Promise<unknown> {\n  switch (step) {\n",
    );
    for number in 0..files {
        writeln!(text, "    case {number}: return load{number}(id);").expect("text");
    }
    text.push_str("  }\n}\n");
    put("lib/hub.ts".into(), text);
}

/// Five wrappers, each a module, around each route's handler; fifty routes share them.
fn wrappers(files: usize, put: Put<'_>) {
    app(files, 2, put, |number| {
        let (mut imports, mut handler) =
            (String::new(), format!("(request: Request) => load{number}(request.url)"));
        for step in 0..5 {
            let wrapper = (number / 100 * 50 + step) % files;
            writeln!(imports, "import {{ with{wrapper} }} from '@/lib/w{wrapper}';").expect("text");
            handler = format!("with{wrapper}({handler})");
        }
        format!(
            "import {{ load{number} }} from '{}';\n{imports}\nexport const GET = {handler};\n",
            path(number)
        )
    });
    for number in 0..files {
        let next = if number % 2 == 0 { Some(number + 1) } else { None };
        calling(number, files, next.as_slice(), put);
        if number % 2 == 0 {
            put(
                format!("lib/w{}.ts", number / 2),
                format!(
                    "import {{ load{number} }} from '{}';

type Handler = (request: Request) => Promise<unknown>;

export function with{}(handler: Handler): Handler {{
  return async (request) => {{
    const session = await load{number}(request.headers.get('session') ?? '');
    if (!session) return new Response(null, {{ status: 401 }});
    return handler(request);
  }};
}}
",
                    path(number),
                    number / 2
                ),
            );
        }
    }
}

/// A module variable, an array and a class instance that every module touches.
fn state(files: usize, put: Put<'_>) {
    app(files, 10, put, direct);
    let store = "export const settings = new Map<string, string>();
export const flags: Record<string, boolean> = {};
export class Tracker {
  #seen = new Set<string>();
  last = '';
  note(id: string) {
    this.#seen.add(id);
    this.last = id;
  }
  has(id: string) {
    return this.#seen.has(id);
  }
}
export const tracker = new Tracker();
";
    put("lib/store.ts".into(), store.into());
    for number in 0..files {
        // The first of ten imports the others.
        let mut imports = String::from("import { flags, settings, tracker } from '@/lib/store';\n");
        let mut calls = String::from(
            "  if (tracker.has(id)) return settings.get(id);
  settings.set(id, row.value);
  flags[id] = true;
  tracker.note(id);
",
        );
        if number % 10 == 0 {
            for next in number + 1..files.min(number + 10) {
                writeln!(imports, "import {{ load{next} }} from '{}';", path(next)).expect("text");
                writeln!(calls, "  await load{next}(id);").expect("text");
            }
        }
        module(number, files, &imports, &calls, put);
    }
}

fn routes(files: usize, put: Put<'_>) {
    let helpers = files / 2;
    app(helpers, 1, put, direct);
    for number in 0..helpers {
        // Down a tree of helpers whose root is 0, so that all share the last steps.
        calling(number, helpers, &[number / 2, number / 3], put);
    }
}

/// As `plain`, but each row of ten has a client of its own for each request: only the report is larger.
fn findings(files: usize, put: Put<'_>) {
    app(files, 10, put, direct);
    for number in 0..files {
        if number % 10 == 0 {
            let import = format!("import {{ load{} as next }} from '{}';\n", number + 1, path(number + 1));
            let call =
                "  if (row.again) return next(row.parent);\n  await new PrismaClient().item.findMany();\n";
            module(number, files, &import, call, put);
        } else {
            ten_in_a_row(number, files, put);
        }
    }
}
