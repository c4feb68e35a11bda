#!/usr/bin/env bash
# Publishes the platform packages from the release's archives in FOLDER, then the launcher. What is published already is
# left as it is, so that a run that broke off can be repeated.
set -euo pipefail
cd "$(dirname "$0")/.."
archives=$(realpath "$1")
npm=(npx --yes npm@11)

publish() {
    local name version
    name=$(node -p 'require(process.argv[1]).name' "$1/package.json")
    version=$(node -p 'require(process.argv[1]).version' "$1/package.json")
    if "${npm[@]}" view "$name@$version" version >/dev/null 2>&1; then
        echo "$name@$version is published already"
    else
        "${npm[@]}" publish "$1" --access public ${DRY_RUN:+--dry-run}
    fi
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
while read -r platform target; do
    tar -xzf "$archives"/routelint-*-"$target".tar.gz -C "$scratch"
    binary=$(echo "$scratch"/routelint-*-"$target")/routelint
    [ -e "$binary" ] || binary=$binary.exe
    node npm/platform.mjs "$platform" "$binary" "$scratch/$platform"
    publish "$scratch/$platform"
done <<'PLATFORMS'
linux-x64 x86_64-unknown-linux-musl
linux-arm64 aarch64-unknown-linux-musl
darwin-x64 x86_64-apple-darwin
darwin-arm64 aarch64-apple-darwin
win32-x64 x86_64-pc-windows-msvc
win32-arm64 aarch64-pc-windows-msvc
PLATFORMS
publish "$PWD/npm/routelint"
