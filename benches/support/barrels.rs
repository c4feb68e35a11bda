//! Names that come through `export *`.

use std::fmt::Write as _;

use super::{Put, app, module, path, route, ten_in_a_row};

pub(super) fn wide_barrel(files: usize, put: Put<'_>) {
    app(files, 10, put, |number| route(&format!("import {{ load{number} as load }} from '@/lib';")));
    let mut barrel = String::new();
    for number in 0..files {
        writeln!(barrel, "export * from '{}';", path(number)).expect("text");
        let next = (number + 1) % files;
        let import = format!("import {{ load{next} as next }} from '@/lib';\n");
        module(number, files, &import, "  if (row.again) return next(row.parent);\n", put);
    }
    put("lib/index.ts".into(), barrel);
}

/// Each stack has its ten barrels; whoever asks the first gets what the last one has.
pub(super) fn deep_barrel(files: usize, put: Put<'_>) {
    let through = |number: usize, name: &str| {
        let first = number - number % 10;
        format!("import {{ load{} as {name} }} from '@/lib/b{first}';", first + 9)
    };
    app(files, 10, put, |number| route(&through(number, "load")));
    for number in 0..files {
        let mut text = format!("export * from '{}';\n", path(number));
        if number % 10 < 9 {
            writeln!(text, "export * from './b{}';", number + 1).expect("text");
        }
        put(format!("lib/b{number}.ts"), text);
        let import = format!("{}\n", through((number + 10) % files, "next"));
        let calls = if number % 100 < 90 { "  if (row.again) return next(row.parent);\n" } else { "" };
        module(number, files, &import, calls, put);
    }
}

/// Packages of 20 modules whose barrels also export the next package's, round in a circle.
pub(super) fn barrel_ring(files: usize, put: Put<'_>) {
    let barrels = files.div_ceil(20);
    app(files, 10, put, |number| {
        // Seven barrels before its own.
        let elsewhere = (number / 20 + barrels - 7 % barrels) % barrels;
        route(&format!("import {{ load{number} as load }} from '@/lib/b{elsewhere}';"))
    });
    for barrel in 0..barrels {
        let mut text = format!("export * from './b{}';\n", (barrel + 1) % barrels);
        for number in barrel * 20..files.min(barrel * 20 + 20) {
            writeln!(text, "export * from '{}';", path(number)).expect("text");
            ten_in_a_row(number, files, put);
        }
        put(format!("lib/b{barrel}.ts"), text);
    }
}
