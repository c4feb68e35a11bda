#!/bin/sh
# Validates SARIF files with Microsoft's multitool, GitHub's rules included; fails on any error.
#
#   cargo run -- testdata/demo --format sarif > /tmp/demo.sarif
#   .ci/sarif-multitool.sh /tmp/demo.sarif
#
# Needs npm and node. The tool is 100 MB, so it is installed into a temporary folder, or once into the
# folder named by SARIF_MULTITOOL_DIR.
set -eu

if [ $# -eq 0 ]; then
    echo "usage: $0 FILE.sarif..." >&2
    exit 2
fi

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
        --rule-kind "Sarif;Gh" --level "Error;Warning;Note" -o "$scratch/log.json" --log ForceOverwrite >/dev/null
    node - "$scratch/log.json" "$file" <<'JS' || failed=1
const [log, name] = process.argv.slice(2)
const { results = [] } = JSON.parse(require('fs').readFileSync(log, 'utf8')).runs[0]
const errors = results.filter((result) => result.level === 'error')
for (const { ruleId, level = 'warning', message, locations } of results) {
  const { startLine, startColumn } = locations?.[0]?.physicalLocation?.region ?? {}
  console.log(`${name}:${startLine}:${startColumn}: ${level}[${ruleId}] ${message.text ?? (message.arguments ?? []).join(' ')}`)
}
console.log(`${name}: ${errors.length} errors, ${results.length - errors.length} warnings and notes`)
process.exit(errors.length ? 1 : 0)
JS
done
exit "$failed"
