#!/usr/bin/env bash
# A real Turborepo of two apps: the second run comes from its cache, a change in one app runs that one again, and a
# change of the configuration at the root runs both. Its task is the one in docs/team.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
binary=$(realpath "$1")
docs=$(realpath docs/team.md)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

pack_npm "$binary" "$scratch"
mkdir "$scratch/repo"
cd "$scratch/repo"
repository .
cat >package.json <<'JSON'
{ "name": "repo", "private": true, "packageManager": "npm@11.0.0", "workspaces": ["apps/*"] }
JSON
sed -n '/^  "tasks": {/,/^}/p' "$docs" | sed '1i {' >turbo.json
grep -q TURBO_ROOT turbo.json || fail "docs/team.md shows no turbo.json"
for app in web admin; do
    project_with_finding "apps/$app"
    mend "apps/$app"
    (cd "apps/$app" && npm pkg set name="$app" 'scripts.routelint=routelint . --format sarif > routelint.sarif' >/dev/null)
done
printf 'node_modules\n.turbo\nroutelint.sarif\n' >.gitignore
npm install --silent --no-audit --no-fund --save-dev turbo@2 ../routelint-*.tgz
git add -A
git commit -qm first
export TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
npx turbo run routelint >"$scratch/first" 2>&1 || fail "$(cat "$scratch/first")"
rm apps/*/routelint.sarif
npx turbo run routelint >"$scratch/second" 2>&1 || fail "$(cat "$scratch/second")"
grep -q 'Cached: *2 cached, 2 total' "$scratch/second" || fail "no cache hit: $(cat "$scratch/second")"
[ -s apps/web/routelint.sarif ] || fail "the cache did not bring the report back"
sin apps/web
expect 1 npx turbo run routelint >"$scratch/third" 2>&1
grep -q 'Cached: *1 cached, 2 total\|Cached: *1 cached' "$scratch/third" || fail "$(cat "$scratch/third")"
# What stands at the root decides too: nothing that it changes may come from the cache.
echo '{ "failOn": "never" }' >routelint.jsonc
npx turbo run routelint >"$scratch/fourth" 2>&1 || fail "$(cat "$scratch/fourth")"
echo '{ "failOn": "error" }' >routelint.jsonc
expect 1 npx turbo run routelint >"$scratch/fifth" 2>&1
grep -q 'Cached: *0 cached' "$scratch/fifth" || fail "a stale pass: $(cat "$scratch/fifth")"
echo "Turborepo: ok"
