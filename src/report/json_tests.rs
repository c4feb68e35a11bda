//! The JSON report against its published schema and its design.

use super::json::{schema, write_json};
use super::model::Report;
use super::sample::report;

fn written(report: &Report) -> serde_json::Value {
    let mut out = Vec::new();
    write_json(report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// `ROUTELINT_UPDATE=1 cargo test` rewrites the published schema after a change to the structs.
#[test]
fn the_published_schema_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/report-v1.schema.json");
    let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("ROUTELINT_UPDATE").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).unwrap();
        std::fs::write(path, &fresh).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), fresh, "run with ROUTELINT_UPDATE=1");
}

#[test]
fn reports_are_valid_by_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for report in [report(), Report::default()] {
        let errors: Vec<_> = validator.iter_errors(&written(&report)).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 1 })));
}

#[test]
fn fields_stand_as_designed() {
    let report = written(&report());
    let keys =
        |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&report), "version tool apps diagnostics summary statistics warnings staleBaseline");
    assert_eq!(keys(&report["apps"][0]), "root framework frameworkVersion target routes");
    let finding = &report["diagnostics"][0];
    assert_eq!(
        keys(finding),
        "rule family severity confidence message help file range routes trace related fingerprint fix"
    );
    assert_eq!(finding["fix"]["applicability"], "safe");
    assert_eq!(finding["fix"]["edits"][0]["text"], "shared.db ?? new PrismaClient()");
    assert_eq!(finding["range"]["start"], serde_json::json!({ "line": 4, "column": 50, "offset": 126 }));
    assert_eq!(finding["trace"][0]["message"], "GET /api/users/[id] calls `getUsers`");
}
