//! The built-in tables, asked as the linker asks.

use super::*;

fn builtin() -> Catalogue {
    Catalogue::builtin().expect("the build checked it")
}

fn kind(package: &str, export: &str) -> Option<ClientKind> {
    builtin().client(package, export).map(|client| client.kind)
}

#[test]
fn every_way_to_import_is_one_export() {
    for export in ["Pool", "default.Pool", "default.default.Pool", "native.Pool", "default.native.Pool"] {
        assert_eq!(kind("pg", export), Some(ClientKind::Tcp), "{export}");
    }
    for export in ["default", "", "default.default", "knex", "default.knex"] {
        assert_eq!(kind("knex", export), Some(ClientKind::Tcp), "{export}");
    }
    assert_eq!(kind("pg", "default"), None);
    assert_eq!(kind("pg", "types"), None);
}

#[test]
fn one_name_of_several_packages() {
    assert_eq!(kind("redis", "createClient"), Some(ClientKind::Tcp));
    for package in ["@supabase/supabase-js", "@libsql/client", "@vercel/kv", "@sanity/client", "contentful"] {
        assert_eq!(kind(package, "createClient"), Some(ClientKind::Http), "{package}");
    }
    assert_eq!(kind("ioredis", "Redis"), Some(ClientKind::Tcp));
    assert_eq!(kind("ioredis", "Redis.Cluster"), Some(ClientKind::Tcp));
    assert_eq!(kind("@upstash/redis", "Redis"), Some(ClientKind::Http));
    assert_eq!(kind("@upstash/redis/cloudflare", "Redis.fromEnv"), Some(ClientKind::Http));
}

#[test]
fn a_spelled_name_goes_before_a_pattern() {
    assert_eq!(kind("@google-cloud/firestore", "Firestore"), Some(ClientKind::Grpc));
    assert_eq!(kind("@google-cloud/tasks", "CloudTasksClient"), Some(ClientKind::HttpKeepAlive));
    assert_eq!(kind("@mikro-orm/sqlite", "MikroORM.init"), Some(ClientKind::File));
    assert_eq!(kind("@mikro-orm/postgresql", "MikroORM.init"), Some(ClientKind::Tcp));
    assert_eq!(kind("@aws-sdk/client-s3", "S3Client"), Some(ClientKind::HttpKeepAlive));
    assert_eq!(kind("ably", "Realtime"), Some(ClientKind::Ws));
    assert_eq!(kind("ably", "Rest"), Some(ClientKind::Http));
}

#[test]
fn methods_are_constructs_of_their_own() {
    let catalogue = builtin();
    assert_eq!(kind("kafkajs", "Kafka"), Some(ClientKind::Wrapper));
    let producer = catalogue.client_from_method("kafkajs", "Kafka", "producer");
    assert_eq!(producer.map(|client| client.kind), Some(ClientKind::Tcp));
    assert!(catalogue.client_from_method("kafkajs", "Kafka", "logger").is_none());
    assert!(catalogue.client("pg-promise", "default").is_none());
    assert!(catalogue.client_from_method("pg-promise", "default", "()").is_some());
}

#[test]
fn drizzle_is_judged_by_driver_and_argument() {
    let catalogue = builtin();
    let drizzle = catalogue.client("drizzle-orm/node-postgres", "drizzle").expect("in the table");
    assert_eq!(drizzle.kind, ClientKind::Wrapper);
    let tests: Vec<_> = drizzle.variant.iter().map(|v| (v.when.is, v.when.key.as_deref(), v.kind)).collect();
    let tcp = ClientKind::Tcp;
    assert_eq!(tests, [(Test::String, None, tcp), (Test::Present, Some("connection"), tcp)]);
    assert_eq!(kind("drizzle-orm/neon-http", "drizzle"), Some(ClientKind::Http));
    assert_eq!(kind("drizzle-orm/libsql/web", "drizzle"), Some(ClientKind::Wrapper));
}

#[test]
fn generated_prisma_clients_at_any_path() {
    let catalogue = builtin();
    let found = |path: &str| catalogue.generated_client(path, "PrismaClient", false).is_some();
    for path in [
        "@/generated/prisma/client",
        "../generated/prisma",
        "~/prisma/generated/main",
        "./generated/client.js",
        ".prisma/client",
        "#prisma/client",
        "apps/web/src/generated/prisma/client.ts",
    ] {
        assert!(found(path), "{path}");
    }
    for path in ["@/lib/prisma", "./regenerated/prisma", "@/lib/db", "./generated/prismatic"] {
        assert!(!found(path), "{path}");
    }
    assert!(catalogue.generated_client("@/lib/db", "PrismaClient", true).is_some());
    assert!(catalogue.generated_client("@/lib/db", "prisma", true).is_none());
}

#[test]
fn guards_and_closers_of_packages() {
    let catalogue = builtin();
    for member in
        ["connection.readyState", "default.connection.readyState", "connections", "connections.length"]
    {
        assert!(catalogue.is_guard("mongoose", member), "{member}");
    }
    assert!(catalogue.is_guard("firebase-admin/app", "getApps"));
    assert!(catalogue.is_guard("firebase-admin", "default.apps.length"));
    assert!(!catalogue.is_guard("mongoose", "connectionString"));
    assert!(catalogue.closed_by_export("mongoose", "default.connection.close").is_some());
    assert!(catalogue.closed_by_export("mongoose", "connect").is_none());
}

#[test]
fn how_code_is_run() {
    let catalogue = builtin();
    assert!(catalogue.is_memoiser("lodash", "default.once"));
    assert!(catalogue.is_memoiser("lodash/once", "default"));
    assert!(catalogue.is_per_request_memo("react", "cache"));
    assert!(!catalogue.is_memoiser("react", "cache"));
    assert!(catalogue.is_background("inngest", "Inngest", Some("createFunction")));
    assert!(!catalogue.is_background("inngest", "Inngest", Some("send")));
    assert!(catalogue.is_background("@trigger.dev/sdk/v3", "schedules.task", None));
    assert!(catalogue.is_background("global:process", "on", None));
    for package in ["lodash", "lodash/once", "inngest", "@trigger.dev/sdk/v3", "next/server"] {
        assert!(catalogue.may_run(package), "{package}");
    }
    assert!(!catalogue.may_run("zod") && catalogue.may_close("mongoose") && !catalogue.may_close("zod"));
    let wait_until = catalogue.after_response("@vercel/functions", "waitUntil");
    assert_eq!(wait_until.map(|runner| runner.takes), Some(Takes::Promise));
    assert!(catalogue.after_response("next/server", "after").is_some());
}

#[test]
fn words_read_well() {
    for client in builtin().clients() {
        assert!(!client.noun().is_empty() && client.noun() != client.what, "{}", client.what);
    }
}

#[test]
fn own_entries_go_before_built_in_ones() {
    let client = |package: &str, export: &str, kind| Client {
        packages: vec![package.into()],
        export: vec![export.into()],
        kind,
        ..builtin().client("pg", "Pool").expect("it is known").clone()
    };
    let own = OwnEntries {
        clients: vec![
            client("pg", "Pool", ClientKind::Http),
            client("@aws-sdk/client-s3", "S3Client", ClientKind::Tcp),
            client("@acme/db", "Db.connect", ClientKind::Ws),
        ],
        after_response: vec![Runner {
            packages: vec!["@acme/background".into()],
            export: vec!["default".into()],
            method: Vec::new(),
            takes: Takes::Either,
        }],
        ..OwnEntries::default()
    };
    let catalogue = Catalogue::with(own).expect("the build checked it");
    let kind = |package, export| catalogue.client(package, export).map(|client| client.kind);
    assert_eq!(kind("pg", "Pool"), Some(ClientKind::Http));
    assert_eq!(kind("pg", "Client"), Some(ClientKind::Tcp));
    assert_eq!(kind("@aws-sdk/client-s3", "S3Client"), Some(ClientKind::Tcp));
    assert_eq!(kind("@acme/db", "Db.connect"), Some(ClientKind::Ws));
    assert!(catalogue.after_response("@acme/background", "default").is_some());
    assert!(catalogue.after_response("next/server", "after").is_some());
    assert!(catalogue.is_own("@acme/db", "Db") && catalogue.is_own("@acme/background", "default"));
    assert!(!catalogue.is_own("@acme/db", "other") && !builtin().is_own("pg", "Pool"));
}
