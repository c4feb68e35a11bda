//! One large thing in which everything comes together: an object, a file, a line of classes, a function.

use std::fmt::Write as _;

use super::{Put, app, module, path, route};

pub(super) fn registry(files: usize, put: Put<'_>) {
    app(files, 10, put, |number| {
        let import = format!(
            "import {{ registry }} from '@/lib/registry';

async function load(id: string) {{
  const one = await registry.entry{number}.run(id);
  return one ?? registry[id as keyof typeof registry].run(id);
}}"
        );
        route(&import)
    });
    let (mut text, mut entries) = (String::new(), String::new());
    for number in 0..files {
        writeln!(text, "import {{ load{number} }} from '{}';", path(number)).expect("text");
        writeln!(
            entries,
            "  entry{number}: {{ title: 'Entry {number}', run: load{number}, tags: ['a', 'b'] }},"
        )
        .expect("text");
        module(number, files, "", "", put);
    }
    put("lib/registry.ts".into(), format!("{text}\nexport const registry = {{\n{entries}}};\n"));
}

/// Functions are counted as files here: there is one route for ten, over one file.
pub(super) fn one_file(files: usize, put: Put<'_>) {
    app(files, 10, put, |number| route(&format!("import {{ load{number} as load }} from '@/lib/all';")));
    let mut text = String::from("import { db } from '@/lib/db';\n");
    for number in 0..files {
        let next = number + 1;
        let call = if number % 10 == 9 { "row".into() } else { format!("load{next}(row.parent)") };
        write!(
            text,
            "
const LIMIT{number} = {number};

export async function load{number}(id: string): Promise<unknown> {{
  const row = await db.item.findFirst({{ where: {{ id, width: LIMIT{number} }} }});
  return row ? {call} : null;
}}
"
        )
        .expect("text");
    }
    put("lib/all.ts".into(), text);
}

pub(super) fn classes(files: usize, put: Put<'_>) {
    app(files, 10, put, |number| {
        let top = number - number % 10 + 9;
        route(&format!(
            "import {{ Store{top} }} from '{}';

const load = (id: string) => new Store{top}().start(id);",
            path(top)
        ))
    });
    for number in 0..files {
        let base = match number % 10 {
            0 => "import { db } from '@/lib/db';\n\nclass Base {\n  row = (id: string) => db.item.findFirst({ where: { id } });\n  start(id: string): Promise<unknown> {\n    return this.row(id);\n  }\n}\n".to_owned(),
            _ => format!("import {{ Store{} as Base }} from '{}';\n", number - 1, path(number - 1)),
        };
        let text = format!(
            "{base}
export class Store{number} extends Base {{
  seen{number} = new Map<string, number>();

  override async start(id: string) {{
    this.seen{number}.set(id, {number});
    return (await super.start(id)) ?? this.row(id);
  }}
}}
"
        );
        put(format!("lib/g{}/m{number}.ts", number / 100), text);
    }
}

pub(super) fn long_function(files: usize, put: Put<'_>) {
    app(files, 10, put, |_| route("import { all as load } from '@/lib/all';"));
    let (mut imports, mut calls) = (String::new(), String::new());
    for number in 0..files {
        writeln!(imports, "import {{ load{number} }} from '{}';", path(number)).expect("text");
        writeln!(
            calls,
            "  const row{number} = await load{number}(id);\n  if (row{number}) seen.push(row{number});"
        )
        .expect("text");
        module(number, files, "", "", put);
    }
    put(
        "lib/all.ts".into(),
        format!(
            "{imports}
export async function all(id: string) {{
  const seen: unknown[] = [];
{calls}  return seen;
}}
"
        ),
    );
}
