#!/usr/bin/env bash
# Reads the pictures of `routelint routes --graph` with Graphviz and Mermaid: for all projects of testdata, and for one
# whose names try to break out of a label.
#
#   cargo build && .ci/graphs.sh target/debug/routelint
#
# Needs dot, node and npm, and installs them with apt-get where it may. The npm packages go into a temporary folder, or
# once into the folder named by GRAPHS_DIR.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 ROUTELINT" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
routelint=$(realpath "$1")
"$here/need.sh" dot=graphviz node=nodejs npm=npm

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tools=${GRAPHS_DIR:-$scratch/tools}
mkdir -p "$tools"
if [ ! -d "$tools/node_modules/mermaid" ]; then
    npm install --prefix "$tools" --no-audit --no-fund --silent --ignore-scripts mermaid@12.3.0 jsdom@26.1.0
fi
cp "$here/graphs.mjs" "$tools/"

# Markup, separators, directives and reserved words of both languages as names of folders.
hostile=$scratch/hostile
mkdir -p "$hostile"
echo '{ "dependencies": { "next": "15.3.0" } }' >"$hostile/package.json"
for name in end graph subgraph default 'click n0' 'a"]; b' 'a"b\N\' $'line\nn1 --> n2' '<img src=x onerror=x>' '<b>' \
    '&quot;' '&lt;' '#35;#quot;' '%%{init: {}}%%' '%% x' '`x`' '*b*_c_' '1. one' '- one' 'fa:fa-car' '$$x$$' \
    'a|b' '{a}' '[[a]]' '((a))' $'\e[31m' '😀é' ':::error' 'a@{shape: x}' '-->' '\\'; do
    mkdir -p "$hostile/app/api/$name"
    sin "$hostile" "app/api/$name"
done

for project in "$here"/../testdata/projects/*/ "$hostile"/; do
    name=$(basename "$project")
    "$routelint" routes --graph dot "$project" >"$scratch/$name.dot"
    "$routelint" routes --graph mermaid "$project" >"$scratch/$name.mmd"
    # Graphviz tells of some mistakes in a warning only.
    dot -Tsvg "$scratch/$name.dot" >"$scratch/$name.svg" 2>"$scratch/said" || fail "$name: $(cat "$scratch/said")"
    [ ! -s "$scratch/said" ] || fail "$name: $(cat "$scratch/said")"
    written=$(grep -cE '^ *n[0-9]+ \[' "$scratch/$name.dot" || true)
    read=$(grep -c 'class="node"' "$scratch/$name.svg" || true)
    [ "$written" -eq "$read" ] || fail "$name: $written nodes are written, Graphviz reads $read"
done
# What Graphviz shows of a name is the name.
grep -qF '/api/&amp;quot;' "$scratch/hostile.svg" || fail "Graphviz reads character references in names"
grep -qF '/api/&lt;b&gt;' "$scratch/hostile.svg" || fail "Graphviz reads HTML in names"
node "$tools/graphs.mjs" "$scratch"/*.mmd
