#!/usr/bin/env bash
# The services that `routelint migrate --write` makes: they are installed from npm, read by TypeScript and Prettier,
# started, and asked what the Next.js app that they come from is asked too.
#
#   cargo build && .ci/skeletons.sh target/debug/routelint
#
# Needs node and npm, and redis-server for what several instances share; installs them with apt-get where it may.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/lib.sh
binary=$(realpath "$1")
.ci/need.sh node=nodejs npm=npm
.ci/need.sh redis-server=redis-server || echo "redis-server cannot be installed here"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export NEXT_TELEMETRY_DISABLED=1

install() { npm install --prefix "$1" --no-audit --no-fund --silent >/dev/null; }

cp -r testdata/migrate/shop "$scratch/shop"
install "$scratch/shop"
(cd "$scratch/shop" && npx next build >"$scratch/build.log" 2>&1) || fail "$(cat "$scratch/build.log")"

mkdir "$scratch/tools"
npm install --prefix "$scratch/tools" --no-audit --no-fund --silent \
    prettier@3.10.1 socket.io-client@4.8.4 >/dev/null

# What is installed for one service serves all that ask for the same.
checked=' '
service() {
    local route=$1 to=$2 folder=$scratch/services/$3 project=${4:-testdata/migrate/shop} packages
    "$binary" migrate "$route" "$project" --to "$to" --write "$folder" >/dev/null 2>&1 || fail "no service $3"
    packages=$(sed '/"name":/d' "$folder/package.json" | sha256sum | cut -c1-16)
    if [ ! -d "$scratch/$packages" ]; then
        mkdir "$scratch/$packages"
        cp "$folder/package.json" "$scratch/$packages/"
        install "$scratch/$packages"
    fi
    ln -s "$scratch/$packages/node_modules" "$folder/node_modules"
    (cd "$folder" && npm run --silent check) || fail "$3 has type errors"
    (cd "$folder" && "$scratch/tools/node_modules/.bin/prettier" --check --log-level warn . '!carried' '!node_modules') ||
        fail "$3 is not formatted"
    # The service's own test, once for each framework.
    if [[ $checked != *" $to "* ]] && [ "$to" != queue ]; then
        checked+="$to "
        (cd "$folder" && npm test --silent >"$scratch/test.log" 2>&1) || fail "$(cat "$scratch/test.log")"
    fi
}

for to in express fastify hono; do
    service '/api/users/[id]' "$to" "users-$to"
    service '/api/files/[...path]' "$to" "files-$to"
    service '/api/docs/[[...slug]]' "$to" "docs-$to"
    service '/api/legacy/[name]' "$to" "legacy-$to"
    service /api/slow "$to" "slow-$to"
    service /api/socket "$to" "ws-$to"
done
service /api/raw express raw
service /api/common express common
service '/api/users/[id]' queue queue
service /api/socket express io testdata/projects/chat-in-route

# A mark that was left, or a place that was not filled in.
if grep -rlF '{{' "$scratch/services" --include=*.ts --exclude-dir=node_modules --exclude-dir=carried; then
    fail "a template was not filled in"
fi
node .ci/skeletons.mjs "$scratch/shop" "$scratch/services"
echo "skeletons: ok"
