#!/usr/bin/env node
"use strict";

// Starts the binary of this platform's package and ends as it ends: with its exit code, or, if a signal ended it,
// with 128 and the signal's number, as shells do.

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const { platform, arch, argv, env } = process;

/** The binary: the one that ROUTELINT_BINARY names, or that of the platform's package. */
function binary() {
  if (env.ROUTELINT_BINARY) return env.ROUTELINT_BINARY;
  const name = platform === "win32" ? "routelint.exe" : "routelint";
  const holder = `@routelint/cli-${platform}-${arch}`;
  try {
    return require.resolve(`${holder}/bin/${name}`);
  } catch {
    fail(
      `the package ${holder} is not installed`,
      "It is an optional dependency: install without --omit=optional, on the platform that runs it.",
    );
  }
}

function fail(message, help) {
  console.error(`error: ${message}\n  help: ${help}`);
  process.exit(2);
}

const { error, status, signal } = spawnSync(binary(), argv.slice(2), { stdio: "inherit" });
if (error) fail(`the binary cannot be started: ${error.message}`, "Reinstall routelint, or set ROUTELINT_BINARY.");
process.exit(signal ? 128 + constants.signals[signal] : status);
