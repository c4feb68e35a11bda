#!/usr/bin/env bash
# Validates SARIF files with Microsoft's multitool, GitHub's rules included; fails on any error.
#
#   cargo run -- testdata/projects/odd-names --format sarif > /tmp/odd.sarif
#   .ci/sarif-multitool.sh /tmp/odd.sarif
#
# Needs npm and node, and installs them with apt-get where it may. The tool is 100 MB, so it goes into a temporary
# folder, or once into the folder named by SARIF_MULTITOOL_DIR.
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: $0 FILE.sarif..." >&2
    exit 2
fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "the multitool's package is for Linux on x86-64; this is $(uname -sm)" >&2
    exit 1
fi
"$(dirname "$0")/need.sh" node=nodejs npm=npm

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tool=${SARIF_MULTITOOL_DIR:-$scratch/tool}
binary=$tool/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
if [ ! -e "$binary" ]; then
    mkdir -p "$tool"
    npm install --prefix "$tool" --no-audit --no-fund --silent @microsoft/sarif-multitool-linux@5.7.0
fi
chmod +x "$binary"

failed=0
for file in "$@"; do
    # The tool exits with 0 whatever it finds, and wants a known extension: its log is read instead.
    cp "$file" "$scratch/input.sarif"
    rm -f "$scratch/log.json"
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$binary" validate "$scratch/input.sarif" \
        --rule-kind "Sarif;Gh" --level "Error;Warning;Note" -o "$scratch/log.json" --log ForceOverwrite \
        >"$scratch/output" 2>&1 || true
    if [ ! -s "$scratch/log.json" ]; then
        cat "$scratch/output" >&2
        echo "$file: the multitool wrote no log" >&2
        exit 1
    fi
    node - "$scratch/log.json" "$(basename "$file")" <<'JS' || failed=1
const [log, name] = process.argv.slice(2)
const { results = [] } = JSON.parse(require('fs').readFileSync(log, 'utf8')).runs[0]
const errors = results.filter((result) => result.level === 'error')
// Notes are taste: they are counted only.
const shown = results.filter((result) => result.level !== 'note')
for (const { ruleId, level = 'warning', message, locations } of shown) {
  const { startLine, startColumn } = locations?.[0]?.physicalLocation?.region ?? {}
  const text = message.text ?? (message.arguments ?? []).join(' ')
  console.log(`${name}:${startLine}:${startColumn}: ${level}[${ruleId}] ${text}`)
}
console.log(`${name}: ${errors.length} errors, ${results.length - errors.length} warnings and notes`)
process.exit(errors.length ? 1 : 0)
JS
done
exit "$failed"
