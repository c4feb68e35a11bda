#!/usr/bin/env bash
# Packs the binary of $TARGET with completions, manual page and licences: `routelint-0.1.0-<target>.tar.gz`. The name of the
# folder in it is that of the archive, as `cargo binstall` expects.
set -euo pipefail
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name="routelint-$version-$TARGET"
binary=target/$TARGET/release/routelint
[ -e "$binary" ] || binary=$binary.exe
mkdir -p "out/$name/completions"
cp "$binary" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "out/$name/"
for shell in bash zsh fish powershell; do
    "$binary" completions "$shell" >"out/$name/completions/routelint.$shell"
done
"$binary" man >"out/$name/routelint.1"
tar -C out -czf "out/$name.tar.gz" "$name"
rm -r "out/$name"
