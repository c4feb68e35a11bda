# Shared by the checks with real tools. Each script takes the path of the binary.

fail() { echo "$*" >&2; exit 1; }

# `expect CODE COMMAND…`: the command ends with this code.
expect() {
    local wanted=$1 code=0
    shift
    "$@" || code=$?
    [ "$code" -eq "$wanted" ] || fail "exit code $code, not $wanted: $*"
}

# A Next.js project with one route that opens a client for every request.
project_with_finding() {
    mkdir -p "$1/app/api/users"
    printf '{ "name": "demo", "private": true, "dependencies": { "next": "16.0.0" } }\n' >"$1/package.json"
    sin "$1"
}

# The route that opens the client; `sin PROJECT FOLDER` puts it somewhere else.
sin() {
    printf "import { Pool } from 'pg';\n\nexport async function GET() {\n  return Response.json(await new Pool().query('select 1'));\n}\n" \
        >"$1/${2:-app/api/users}/route.ts"
}

# The same route with a shared client.
mend() {
    mkdir -p "$1/lib"
    printf "import { Pool } from 'pg';\n\nexport const pool = new Pool({ max: 5 });\n" >"$1/lib/db.ts"
    printf "import { pool } from '../../../lib/db';\n\nexport async function GET() {\n  return Response.json(await pool.query('select 1'));\n}\n" \
        >"$1/app/api/users/route.ts"
}

# A repository of its own, whatever git is configured to do here.
repository() {
    git -C "$1" init -q
    git -C "$1" config user.name check
    git -C "$1" config user.email check@example.com
    git -C "$1" config commit.gpgsign false
}

# Packs the launcher and this machine's binary into FOLDER.
pack_npm() {
    local binary=$1 folder=$2 platform
    platform=$(node -p '`${process.platform}-${process.arch}`')
    node npm/platform.mjs "$platform" "$binary" "$folder/cli"
    npm pack --silent --pack-destination "$folder" "$folder/cli" >/dev/null
    npm pack --silent --pack-destination "$folder" ./npm/routelint >/dev/null
    rm -r "$folder/cli"
}
