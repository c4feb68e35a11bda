#!/usr/bin/env bash
# Reads reports with the programs of those they are for: each format of one run, for each project named and for one
# whose file names try to break out of every format.
#
#   cargo build && .ci/report-consumers.sh target/debug/routelint testdata/projects/*/
#
# Needs node, npm and xmllint, and installs them with apt-get where it may. The npm packages go into a temporary
# folder, or once into the folder named by REPORT_CONSUMERS_DIR.
set -euo pipefail

if [ $# -lt 2 ]; then
    echo "usage: $0 ROUTELINT PROJECT..." >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
routelint=$(realpath "$1")
shift
"$here/need.sh" node=nodejs npm=npm xmllint=libxml2-utils

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tools=${REPORT_CONSUMERS_DIR:-$scratch/tools}
mkdir -p "$tools"
if [ ! -d "$tools/node_modules/marked" ]; then
    npm install --prefix "$tools" --no-audit --no-fund --silent --ignore-scripts \
        @actions/core@3.0.1 junit2json@4.0.0 test-results-parser@0.4.6 danger-plugin-lint-report@1.8.1 \
        marked@18.2.1
fi
cp "$here/report-consumers.mjs" "$tools/"

# Names that are markup, commands or separators in one of the formats; more findings than GitHub annotates.
hostile=$scratch/hostile
route() {
    mkdir -p "$hostile/app/api/$1"
    printf 'import { Pool } from "pg";\nexport const GET = async () => Response.json(await new Pool().query("x"));\n' \
        >"$hostile/app/api/$1/route.ts"
}
mkdir -p "$hostile"
echo '{ "dependencies": { "next": "15.3.0" } }' >"$hostile/package.json"
for name in 'a,b:c=d%0A%25' $'line\n::error::x' '##[error]x' '<img src=x>' '@octocat' 'a`b`c' ']]>&amp;"' $'\e[31m' \
    'p|ipe' 'x\|y' '[id]' "it's 100% #1" '😀é' '*b*_c_' 'back\slash'; do
    route "$name"
done
for number in $(seq 1 12); do route "n$number"; done

check() {
    local project=$1 out=$scratch/out code=0
    rm -rf "$out"
    mkdir -p "$out"
    GITHUB_STEP_SUMMARY=$out/summary.md "$routelint" "$project" --format github --fail-on info \
        -o full="$out/full" -o concise="$out/concise" -o json="$out/json" -o jsonl="$out/jsonl" \
        -o sarif="$out/sarif" -o gitlab="$out/gitlab" -o junit="$out/junit" -o checkstyle="$out/checkstyle" \
        -o markdown="$out/markdown" >"$out/github" || code=$?
    xmllint --noout --schema "$here/../tests/schemas/junit-10.xsd" "$out/junit" 2>"$scratch/xmllint" ||
        { cat "$scratch/xmllint" >&2; return 1; }
    node "$tools/report-consumers.mjs" "$out" "$code" "$(basename "$project")"
}

for project in "$@" "$hostile"; do
    check "$project"
done
