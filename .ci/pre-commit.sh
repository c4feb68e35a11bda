#!/usr/bin/env bash
# A real pre-commit, from PyPI: it installs the hook from a clone of this repository, refuses a commit with a finding and
# passes one without.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check pre-commit
# What is committed here, and what is not yet: a hook is installed from a commit.
git clone -q . "$scratch/routelint"
git ls-files -z --cached --others --exclude-standard --deduplicate | while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then
        mkdir -p "$scratch/routelint/$(dirname "$file")"
        cp -P "$file" "$scratch/routelint/$file"
    fi
done
repository "$scratch/routelint"
git -C "$scratch/routelint" add -A
git -C "$scratch/routelint" commit -q --allow-empty -m 'the state under test'
revision=$(git -C "$scratch/routelint" rev-parse HEAD)

export PRE_COMMIT_HOME="$scratch/home"
# The build finds what `cargo build --release` left.
CARGO_TARGET_DIR=$(realpath target)
export CARGO_TARGET_DIR
project_with_finding "$scratch/app"
cd "$scratch/app"
repository .
cat >.pre-commit-config.yaml <<CONFIG
repos:
  - repo: $scratch/routelint
    rev: $revision
    hooks:
      - id: routelint
CONFIG
"$scratch/venv/bin/pre-commit" install >/dev/null
git add -A
expect 1 git commit -qm 'with a finding' >"$scratch/refused" 2>&1
grep -q per-request-client "$scratch/refused" || fail "refused for another reason: $(cat "$scratch/refused")"
mend .
git add -A
expect 0 git commit -qm 'without one'
echo "pre-commit: ok"
