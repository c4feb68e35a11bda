#!/usr/bin/env bash
# One run: annotations and a summary on GitHub, and a SARIF file. Its exit code becomes an output, so that the upload comes
# before the failure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

version=$(cat "$here/version")

# The archive of this runner's platform, as the release names it.
triple() {
    case "$RUNNER_OS-$RUNNER_ARCH" in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
        Windows-ARM64) echo aarch64-pc-windows-msvc ;;
        *) echo "there is no binary for $RUNNER_OS on $RUNNER_ARCH" >&2; return 2 ;;
    esac
}

# Downloads the released binary and checks it against the sum that came with this action.
download() {
    local name archive sum
    name="routelint-$version-$(triple)"
    archive="$RUNNER_TEMP/$name.tar.gz"
    sum=$(grep " $name.tar.gz\$" "$here/checksums.txt" | cut -d ' ' -f 1) || {
        echo "no checksum for $name.tar.gz" >&2
        return 2
    }
    curl --proto '=https' --tlsv1.2 -fsSL --retry 3 -o "$archive" \
        "https://github.com/routelint/routelint/releases/download/v$version/$name.tar.gz"
    echo "$sum  $archive" | shasum -a 256 --check --quiet >&2
    tar -xzf "$archive" -C "$RUNNER_TEMP"
    echo "$RUNNER_TEMP/$name/routelint"
}

binary=${INPUT_BINARY:-}
[ -n "$binary" ] || binary=$(download)

read -r -a paths <<<"$INPUT_PATHS"
read -r -a args <<<"$INPUT_ARGS"
# The file names its category; that of the upload would not count.
if [ -n "${INPUT_CATEGORY:-}" ]; then args+=(--sarif-category "$INPUT_CATEGORY"); fi
sarif="$RUNNER_TEMP/routelint.sarif"
code=0
"$binary" check "${paths[@]}" "${args[@]}" --format github --output "sarif=$sarif" || code=$?
echo "code=$code" >>"$GITHUB_OUTPUT"
if [ -s "$sarif" ]; then echo "sarif=$sarif" >>"$GITHUB_OUTPUT"; fi
