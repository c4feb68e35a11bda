#!/usr/bin/env bash
# A real husky and lint-staged: a commit with a finding is refused, one without passes.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
binary=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

pack_npm "$binary" "$scratch"
project_with_finding "$scratch/app"
cd "$scratch/app"
repository .
npm pkg set 'lint-staged[*.{js,jsx,ts,tsx}]=routelint --quiet' scripts.prepare=husky >/dev/null
printf 'node_modules\n' >.gitignore
npm install --silent --no-audit --no-fund --save-dev husky@9 lint-staged@17 ../routelint-*.tgz
npx husky
printf 'npx lint-staged\n' >.husky/pre-commit
git add -A
expect 1 git commit -qm 'with a finding' >"$scratch/refused" 2>&1
grep -q per-request-client "$scratch/refused" || fail "refused for another reason: $(cat "$scratch/refused")"
mend .
git add -A
expect 0 git commit -qm 'without one'
echo "husky and lint-staged: ok"
