// Writes the package of one platform: `node npm/platform.mjs linux-x64 target/release/routelint OUT`.
// Name and version come from npm/routelint/package.json, so that they cannot differ.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [platform, binary, out] = process.argv.slice(2);
if (!platform || !binary || !out) throw new Error("usage: platform.mjs PLATFORM BINARY OUT");

const here = dirname(fileURLToPath(import.meta.url));
const root = JSON.parse(readFileSync(join(here, "routelint/package.json"), "utf8"));
const name = `@routelint/cli-${platform}`;
if (root.optionalDependencies[name] !== root.version) {
  throw new Error(`npm/routelint/package.json does not name ${name} in version ${root.version}`);
}
if (statSync(binary).size === 0) throw new Error(`${binary} is empty`);

const [os, cpu] = platform.split("-");
const file = os === "win32" ? "routelint.exe" : "routelint";
const { version, license, repository, publishConfig } = root;
const manifest = {
  name,
  version,
  description: `routelint's binary for ${platform}`,
  license,
  repository,
  os: [os],
  cpu: [cpu],
  files: ["bin"],
  publishConfig,
};

mkdirSync(join(out, "bin"), { recursive: true });
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(binary, join(out, "bin", file));
chmodSync(join(out, "bin", file), 0o755);
