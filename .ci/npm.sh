#!/usr/bin/env bash
# The npm packages, packed and installed into an empty project: `npx routelint .` works, and ends as the binary ends.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
binary=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

pack_npm "$binary" "$scratch"
project_with_finding "$scratch/app"
cd "$scratch/app"
npm install --silent --no-audit --no-fund ../routelint-*.tgz
[ "$(npx routelint --version)" = "$("$binary" --version)" ] || fail "npx runs another binary"
expect 1 npx routelint . --quiet
expect 2 npx routelint 'no such folder' 2>/dev/null
mend .
expect 0 npx routelint . --quiet

launcher=node_modules/routelint/bin/routelint.js
# Without the platform's package it says what to do; a signal is not success.
rm -r node_modules/@routelint
expect 2 node "$launcher" . 2>"$scratch/missing"
grep -q 'omit=optional' "$scratch/missing" || fail "no advice: $(cat "$scratch/missing")"
printf '#!/bin/sh\nkill -SEGV $$\n' >"$scratch/crash"
chmod +x "$scratch/crash"
ROUTELINT_BINARY="$scratch/crash" expect 139 node "$launcher" .
echo "npm: ok"
