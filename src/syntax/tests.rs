//! Tests of reading modules: what facts say of small programs, and that no text is too bad.

use super::*;
use crate::facts::{BindingKind, ContextKind, ExportKind, Expr, FunctionId, RequestKind, SiteKind, Use};

fn read(path: &str, text: &str) -> ModuleFacts {
    read_module(path, text, &mut Arena::default())
}

/// Runs on a thread with the stack that workers have.
fn with_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK_SIZE).spawn(run).unwrap().join().unwrap()
}

fn export_names(facts: &ModuleFacts) -> Vec<&str> {
    facts.exports.iter().map(|e| facts.text(e.name)).collect()
}

#[test]
fn every_extension_reads_what_people_write_in_it() {
    for (path, text) in [
        ("a.js", "export const f = (a: string): number => 1;"),
        ("a.js", "export default function A() { return <div>{x}</div> }"),
        ("a.jsx", "const a = <A b={c as any}/>"),
        (
            "a.ts",
            "const a = <T,>(x: T) => x; const b = prisma.$queryRaw<User[]>`select 1`; export type * from './t';",
        ),
        ("a.ts", "const a = <any>window;"),
        ("a.tsx", "export const A = <T,>(p: P<T>) => <p.C {...p} />"),
        ("a.mts", "await using x = y(); import j from './j.json' with { type: 'json' };"),
        ("a.cjs", "#!/usr/bin/env node\nwith (a) { b() }\nreturn;"),
        ("a.js", "var x = 010; require('a');"),
        ("a.ts", "@Entity() class A { @Column() name!: string; constructor(private readonly db: Db) {} }"),
        ("a.ts", ""),
        ("a.ts", "\r\n\r\n// nothing"),
    ] {
        let facts = read(path, text);
        assert_eq!(facts.problems, [], "{path}: {text}");
    }
}

#[test]
fn broken_text_is_a_problem_with_a_place() {
    for text in ["const = ;", "export {", "\0\0\0", "import from from from", "class { { {"] {
        let facts = read("a.ts", text);
        assert!(!facts.problems.is_empty(), "{text:?}");
        assert_eq!(facts.functions.len().min(1), 1);
    }
}

#[test]
fn depth_never_overflows() {
    with_stack(|| {
        for unit in [
            "(",
            "[",
            "{a:",
            "!",
            "a=>",
            "a?b:",
            "<a>",
            "`${",
            "new ",
            "a+",
            "a.",
            "if(a){}else ",
            "x=",
            "a[",
            "a(",
            "async()=>{",
        ] {
            for n in [2_900, 100_000] {
                for end in ["", "a"] {
                    let facts = read("a.tsx", &format!("{}{end}", unit.repeat(n)));
                    assert!(n < 3_000 || facts.problems.iter().any(|p| p.fatal), "{unit}");
                }
            }
        }
        // Balanced text just below the limit goes all the way through scopes and lowering.
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{a:", "}"),
            ("!", ""),
            ("a=>", ""),
            ("<a>", "</a>"),
            ("f(", ")"),
            ("a+", ""),
            ("a?b:", ""),
        ] {
            let n = 1_400;
            let text = format!("x = {}a{}", open.repeat(n), close.repeat(n));
            assert_eq!(read("a.tsx", &text).problems, [], "{open}");
        }
    });
}

#[test]
fn imports_know_types_from_values() {
    let facts = read(
        "a.ts",
        "import type { A } from 'a'; import { type B, C } from 'b'; import D from 'd'; import * as E from 'e';
         import 'f'; import { G } from 'g'; import h = require('h');
         const c = C(); let d: D; E.x; h(); export { G };",
    );
    let kept: Vec<(&str, bool)> =
        facts.requests.iter().map(|r| (facts.text(r.specifier), r.type_only)).collect();
    assert_eq!(
        kept,
        [("a", true), ("b", false), ("d", true), ("e", false), ("f", false), ("g", false), ("h", false)]
    );
    let js = read("a.js", "import D from 'd'");
    assert!(!js.requests[0].type_only, "JavaScript keeps unused imports");
}

#[test]
fn requests_inside_functions_and_templates() {
    let facts = read(
        "a.js",
        "async function f(l) { const a = await import('./a'); require('b'); import(`./l/${l}.json`); import(l) }",
    );
    let found: Vec<_> =
        facts.requests.iter().map(|r| (facts.text(r.specifier), r.kind, r.pattern, r.function)).collect();
    assert_eq!(
        found,
        [
            ("./a", RequestKind::Dynamic, false, FunctionId(1)),
            ("b", RequestKind::Require, false, FunctionId(1)),
            ("./l/*.json", RequestKind::Dynamic, true, FunctionId(1)),
        ]
    );
}

#[test]
fn exports_in_every_form() {
    let facts = read(
        "a.ts",
        "export const { GET, POST: put } = h; export function A() {} export class B {} export default A;
         const c = 1; export { c as d, c }; export { e as f } from './e'; export * from './g'; export * as i from './i';
         export type T = string; export interface I {}",
    );
    assert_eq!(export_names(&facts), ["GET", "put", "A", "B", "default", "d", "c", "f", "*", "i"]);
    let cjs = read("a.js", "module.exports = { a }; exports.b = 1; module.exports.c = function () {};");
    assert_eq!(export_names(&cjs), ["default", "b", "c"]);
    assert!(matches!(cjs.exports[0].kind, ExportKind::CommonJs(_)));
}

#[test]
fn sites_know_what_surrounds_them() {
    let facts = read(
        "a.ts",
        "export async function f(x) { if (!x) return; for (const y of x) { try { await g(y); } finally { h(); } } cached ??= new P(); }",
    );
    let calls: Vec<Vec<String>> = facts
        .sites_of(FunctionId(1))
        .filter(|(_, s)| matches!(s.kind, SiteKind::Call { .. } | SiteKind::New { .. }))
        .map(|(_, s)| {
            facts
                .contexts_from(s.context)
                .map(|c| format!("{:?}", c.kind).split([' ', '(']).next().unwrap_or("").to_owned())
                .collect()
        })
        .collect();
    assert_eq!(
        calls,
        [
            vec!["Try", "Loop", "Survived", "Body"],
            vec!["Finally", "Loop", "Survived", "Body"],
            vec!["IfNullish", "Survived", "Body"],
        ]
    );
    assert!(matches!(facts.contexts[0].kind, ContextKind::Body(FunctionId::MODULE)));
}

#[test]
fn values_know_where_they_go() {
    let facts = read("a.ts", "async function f() { a(); void b(); const c = d(); return e(await g()); }");
    let uses: Vec<(String, Use)> = facts
        .sites_of(FunctionId(1))
        .filter_map(|(_, s)| {
            let SiteKind::Call { callee, .. } = s.kind else { return None };
            let Expr::Global(name) = facts.expr(callee) else { return None };
            Some((facts.text(name).to_owned(), facts.use_of(s.expr)))
        })
        .collect();
    assert_eq!(uses[0], ("a".to_owned(), Use::Discarded));
    assert!(matches!(uses[1].1, Use::Part(e) if matches!(facts.expr(e), Expr::Void(_))));
    assert_eq!(uses[2], ("d".to_owned(), Use::Declared));
    assert!(matches!(uses[3].1, Use::Part(e) if matches!(facts.expr(e), Expr::Await(_))));
    assert!(matches!(uses[4], (ref name, Use::Returned(_)) if name == "e"));
}

#[test]
fn bindings_follow_scopes() {
    let facts = read(
        "a.ts",
        "import { Pool } from 'pg'; function f(Pool) { return new Pool() } function g() { return new Pool() } var v = 1; v = 2;",
    );
    let callee = |function: u32| {
        facts
            .sites_of(FunctionId(function))
            .find_map(|(_, s)| match s.kind {
                SiteKind::New { callee, .. } => match facts.expr(callee) {
                    Expr::Local(binding) => Some(facts.binding(binding).kind),
                    _ => None,
                },
                _ => None,
            })
            .unwrap()
    };
    assert_eq!((callee(1), callee(2)), (BindingKind::Param, BindingKind::Import));
    let v = facts.bindings.iter().find(|b| facts.text(b.name) == "v").unwrap();
    assert!(v.reassigned);
}

#[test]
fn facts_survive_serialisation() {
    let facts = read("a.tsx", include_str!("../../testdata/syntax/everything.tsx"));
    assert_eq!(facts.problems, []);
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<ModuleFacts>(&json).unwrap(), facts);
}
