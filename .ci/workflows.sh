#!/usr/bin/env bash
# The action and the workflows against their schemas and a security linter, and the scripts that they run.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
binary=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema zizmor
"$scratch/venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
"$scratch/venv/bin/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$scratch/venv/bin/zizmor" --offline --quiet --min-severity low action.yml .github/workflows

# The action's script, on a project with a finding and on one without.
export RUNNER_TEMP=$scratch GITHUB_OUTPUT=$scratch/output INPUT_BINARY=$binary INPUT_ARGS=
export INPUT_PATHS=$scratch/app
project_with_finding "$scratch/app"
expect 0 action/run.sh >"$scratch/annotations"
grep -q '^::error ' "$scratch/annotations" || fail "no annotation: $(cat "$scratch/annotations")"
grep -qx 'code=1' "$GITHUB_OUTPUT" || fail "$(cat "$GITHUB_OUTPUT")"
grep -qx "sarif=$scratch/routelint.sarif" "$GITHUB_OUTPUT" || fail "$(cat "$GITHUB_OUTPUT")"
# What uploads are told apart by stands in the file.
INPUT_CATEGORY=nightly expect 0 action/run.sh >/dev/null
grep -q '"id": *"nightly/' "$scratch/routelint.sarif" || fail "the category is not in the file"
mend "$scratch/app"
: >"$GITHUB_OUTPUT"
expect 0 action/run.sh >/dev/null
grep -qx 'code=0' "$GITHUB_OUTPUT" || fail "$(cat "$GITHUB_OUTPUT")"
# Without a binary it downloads one, but never one whose sum it does not know.
INPUT_BINARY='' RUNNER_OS=Linux RUNNER_ARCH=X64 expect 2 action/run.sh 2>"$scratch/unknown"
grep -q 'no checksum' "$scratch/unknown" || fail "$(cat "$scratch/unknown")"
echo "action and workflows: ok"
