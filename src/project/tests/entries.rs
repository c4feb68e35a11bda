//! Which files are entries, and at which URL.

use super::{Tree, entries, next_package};

#[test]
fn route_handlers_by_folder() {
    let tree = Tree::next(
        "15.3.1",
        &[
            "app/route.ts",
            "app/api/users/[id]/route.ts",
            "app/(shop)/api/cart/route.js",
            "app/@panel/api/x/route.tsx",
            "app/feed/(.)photo/[id]/route.ts",
            "app/docs/[...slug]/route.jsx",
            "app/docs2/[[...slug]]/route.ts",
            "app/%5Finternal/route.ts",
            "app/rss.xml/route.ts",
            "app/_lib/route.ts",
            "app/api/_private/deep/route.ts",
            "app/api/users/routes.ts",
            "app/api/users/route.test.ts",
            "app/api/users/route.mjs",
            "app/api/page.tsx",
            "lib/app/route.ts",
        ],
    );
    assert_eq!(
        entries(&tree.discover()),
        [
            "app-route /_internal app/%5Finternal/route.ts",
            "app-route /api/cart app/(shop)/api/cart/route.js",
            "app-route /api/x app/@panel/api/x/route.tsx",
            "app-route /api/users/[id] app/api/users/[id]/route.ts",
            "app-route /docs/[...slug] app/docs/[...slug]/route.jsx",
            "app-route /docs2/[[...slug]] app/docs2/[[...slug]]/route.ts",
            "app-route /feed/(.)photo/[id] app/feed/(.)photo/[id]/route.ts",
            "app-route / app/route.ts",
            "app-route /rss.xml app/rss.xml/route.ts",
        ]
    );
}

#[test]
fn pages_api_is_every_file_but_tests() {
    let tree = Tree::next(
        "14.0.0",
        &[
            "pages/index.tsx",
            "pages/apix.ts",
            "pages/api.ts",
            "pages/api/index.ts",
            "pages/api/users/index.ts",
            "pages/api/users/[id].ts",
            "pages/api/index/index.ts",
            "pages/api/_helper.js",
            "pages/api/types.d.ts",
            "pages/api/util.mjs",
            "pages/api/users.test.ts",
            "pages/api/__tests__/a.ts",
            "pages/api/v1/build/[...all].ts",
        ],
    );
    assert_eq!(
        entries(&tree.discover()),
        [
            "pages-api /api pages/api.ts",
            "pages-api /api/_helper pages/api/_helper.js",
            "pages-api /api pages/api/index.ts",
            "pages-api /api/index pages/api/index/index.ts",
            "pages-api /api/users/[id] pages/api/users/[id].ts",
            "pages-api /api/users pages/api/users/index.ts",
            "pages-api /api/v1/build/[...all] pages/api/v1/build/[...all].ts",
        ]
    );
}

#[test]
fn the_root_wins_over_src_for_each_router() {
    let both = Tree::next("15", &["app/a/route.ts", "src/app/b/route.ts"]);
    assert_eq!(entries(&both.discover()), ["app-route /a app/a/route.ts"]);
    let src = Tree::next("15", &["src/app/b/route.ts", "src/pages/api/c.ts"]);
    assert_eq!(
        entries(&src.discover()),
        ["app-route /b src/app/b/route.ts", "pages-api /api/c src/pages/api/c.ts"]
    );
    // Next refuses to build this; each router is in one place only, so both are looked at.
    let mixed = Tree::next("15", &["pages/api/a.ts", "src/app/b/route.ts"]);
    assert_eq!(
        entries(&mixed.discover()),
        ["pages-api /api/a pages/api/a.ts", "app-route /b src/app/b/route.ts"]
    );
}

#[test]
fn page_extensions_replace_the_default_ones() {
    let tree = Tree::next(
        "15",
        &[
            "app/a/route.ts",
            "app/b/route.api.ts",
            "pages/api/c.ts",
            "pages/api/d.api.ts",
            "middleware.ts",
            "middleware.api.ts",
        ],
    );
    tree.add("next.config.mjs", "export default { pageExtensions: ['api.ts', 'page.tsx'], basePath: '/x' }");
    assert_eq!(
        entries(&tree.discover()),
        [
            "app-route /b app/b/route.api.ts",
            "middleware middleware.api.ts",
            "pages-api /api/d pages/api/d.api.ts"
        ]
    );
    tree.add("next.config.mjs", "export default { pageExtensions: ['ts', 'api.ts'] }");
    let found = entries(&tree.discover());
    assert!(found.contains(&"pages-api /api/d pages/api/d.api.ts".to_owned()), "{found:?}");
    assert!(found.contains(&"app-route /b app/b/route.api.ts".to_owned()), "{found:?}");
}

#[test]
fn middleware_stands_beside_the_router_in_use() {
    let files =
        ["src/app/a/page.tsx", "middleware.ts", "src/middleware.ts", "src/lib/middleware.ts", "src/proxy.ts"];
    let tree = Tree::next("15.0.0", &files);
    assert_eq!(entries(&tree.discover()), ["middleware src/middleware.ts"]);
    tree.add("package.json", &next_package("16.0.0-canary.1"));
    assert_eq!(entries(&tree.discover()), ["middleware src/middleware.ts", "proxy src/proxy.ts"]);
    tree.add("package.json", &next_package("latest"));
    assert_eq!(entries(&tree.discover()).len(), 2);
    tree.add("package.json", &next_package("12.1.6"));
    assert_eq!(entries(&tree.discover()).len(), 0);
    // Of two routers in different places the pages folder says where the root is, unless nothing stands there.
    let mixed = Tree::next("15", &["pages/x.tsx", "src/app/page.tsx", "middleware.ts", "src/middleware.ts"]);
    assert_eq!(entries(&mixed.discover()), ["middleware middleware.ts"]);
    let mixed = Tree::next("15", &["pages/x.tsx", "src/app/page.tsx", "src/middleware.ts"]);
    assert_eq!(entries(&mixed.discover()), ["middleware src/middleware.ts"]);
}

#[test]
fn instrumentation_stands_beside_the_router_too() {
    let tree = Tree::next(
        "15",
        &["app/page.tsx", "instrumentation.ts", "instrumentation-client.ts", "lib/instrumentation.ts"],
    );
    assert_eq!(entries(&tree.discover()), ["instrumentation instrumentation.ts"]);
    tree.add("package.json", &next_package("13.1.0"));
    assert_eq!(entries(&tree.discover()).len(), 0);
}

#[test]
fn metadata_files_are_served() {
    let tree = Tree::next(
        "15",
        &[
            "app/sitemap.ts",
            "app/blog/sitemap.ts",
            "app/robots.ts",
            "app/blog/robots.ts",
            "app/manifest.ts",
            "app/blog/manifest.ts",
            "app/icon1.tsx",
            "app/icon12.tsx",
            "app/(g)/apple-icon.tsx",
            "app/blog/[slug]/opengraph-image2.tsx",
            "app/blog/twitter-image.js",
            "app/icon.png",
            "app/_x/sitemap.ts",
        ],
    );
    assert_eq!(
        entries(&tree.discover()),
        [
            "metadata /apple-icon app/(g)/apple-icon.tsx",
            "metadata /blog/[slug]/opengraph-image2 app/blog/[slug]/opengraph-image2.tsx",
            "metadata /blog/sitemap.xml app/blog/sitemap.ts",
            "metadata /blog/twitter-image app/blog/twitter-image.js",
            "metadata /icon1 app/icon1.tsx",
            "metadata /manifest.webmanifest app/manifest.ts",
            "metadata /robots.txt app/robots.ts",
            "metadata /sitemap.xml app/sitemap.ts",
        ]
    );
}

#[test]
fn server_actions_by_directive() {
    let tree = Tree::next("15", &["app/page.tsx"]);
    tree.add("lib/actions.ts", "'use server'\nexport async function save() {}");
    tree.add("lib/actions.test.ts", "'use server'");
    tree.add("lib/prose.ts", "// use server components");
    tree.add("app/form/page.tsx", "export default () => { async function go() { \"use server\" } }");
    tree.add("app/api/a/route.ts", "'use server'");
    tree.add("docs/package.json", r#"{"dependencies": {"next": "15"}}"#);
    tree.add("docs/pages/a.tsx", "'use server'");
    assert_eq!(
        entries(&tree.discover()),
        [
            "app-route /api/a app/api/a/route.ts",
            "server-action app/form/page.tsx",
            "server-action lib/actions.ts",
        ]
    );
}

#[test]
fn segments_named_like_build_folders_are_routes() {
    let tree = Tree::next(
        "15",
        &[
            "app/api/build/route.ts",
            "app/out/route.ts",
            "src/x/dist/a.ts",
            "app/api/node_modules/route.ts",
            "app/.well-known/security.txt/route.ts",
            "app/.next/x/route.ts",
            "app/.route.ts",
            ".storybook/app/c/route.ts",
            "build/app/b/route.ts",
            "packages/app/dist/c.ts",
        ],
    );
    tree.add("packages/app/package.json", "{}");
    let project = tree.discover();
    assert_eq!(
        entries(&project),
        [
            "app-route /.well-known/security.txt app/.well-known/security.txt/route.ts",
            "app-route /api/build app/api/build/route.ts",
            "app-route /out app/out/route.ts",
        ]
    );
    assert_eq!(project.files.len(), 3);
}

#[cfg(unix)]
#[test]
fn names_with_anything_in_them() {
    let tree = Tree::next(
        "15",
        &["app/a b/route.ts", "app/it's \"x\"/route.ts", "app/new\nline/route.ts", "app/ü/route.ts"],
    );
    let project = tree.discover();
    let app = project.apps.first().unwrap();
    let urls: Vec<&str> = app.entries.iter().map(|entry| entry.url.as_str()).collect();
    assert_eq!(urls, ["/a b", "/it's \"x\"", "/new\nline", "/ü"]);
}
