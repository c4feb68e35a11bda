#!/usr/bin/env bash
# The HTML report in a real Chromium: pages of the test projects, of hostile names and of 500 routes.
#
#   cargo build && .ci/page.sh target/debug/routelint [FOLDER-FOR-SCREENSHOTS]
#
# Installs Chromium and node with apt-get where it may. The npm packages go into a temporary folder, or once into the
# folder named by PAGE_TOOLS_DIR.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
binary=$(realpath "$1")
screenshots=${2:-}
.ci/need.sh node=nodejs npm=npm chromium=chromium
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tools=${PAGE_TOOLS_DIR:-$scratch/tools}
mkdir -p "$tools" "$scratch/pages"
if [ ! -d "$tools/node_modules/axe-core" ]; then
    npm install --prefix "$tools" --no-audit --no-fund --silent --ignore-scripts \
        puppeteer-core@24.43.1 axe-core@4.14.1
fi

page() { expect 0 "$binary" report "$2" --html "$scratch/pages/$1.html" "${@:3}"; }
for project in testdata/projects/*/; do
    page "$(basename "$project")" "$project"
done
for project in testdata/decisions/*/; do
    page "decision-$(basename "$project")" "$project"
done

# Names that are markup, and a file that does not parse.
for name in '<script>alert(1)<' '"><img src=x onerror=alert(1)>' $'\e[31m\u202e' "it's & \`so\`"; do
    mkdir -p "$scratch/hostile/app/api/$name"
    printf 'import { Pool } from "pg";\n// </script><script>alert(1)</script>\nexport const GET = async () => Response.json(await new Pool().query("x"));\n' \
        >"$scratch/hostile/app/api/$name/route.ts"
done
mkdir -p "$scratch/hostile/app/api/broken"
echo 'export const GET = (((' >"$scratch/hostile/app/api/broken/route.ts"
echo '{ "dependencies": { "next": "15.3.0" } }' >"$scratch/hostile/package.json"
page hostile "$scratch/hostile"

mkdir "$scratch/empty"
page empty "$scratch/empty"

# An earlier report with one finding less and one that is gone.
node .ci/page-project.mjs "$scratch/big"
"$binary" "$scratch/big" --format json --fail-on never >"$scratch/now.json"
node -e '
  const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))
  report.diagnostics[0].fingerprint = "0".repeat(32)
  require("fs").writeFileSync(process.argv[2], JSON.stringify(report))' "$scratch/now.json" "$scratch/last.json"
page big "$scratch/big" --previous "$scratch/last.json"

cp .ci/page*.mjs "$tools/"
node "$tools/page.mjs" "$scratch/pages" "$screenshots"
