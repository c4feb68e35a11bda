import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

const PORT = "4999";
const ask = (path: string) => fetch(`http://127.0.0.1:${PORT}${path}`);

test("the service starts, says how it is, and ends when it is told to", async () => {
  const service = spawn(
    process.execPath,
    ["--import", "tsx", "src/server.ts"],
    { env: { ...process.env, NODE_ENV: "test", PORT }, stdio: "inherit" },
  );
  const exit = once(service, "exit");
  try {
    for (let tries = 100; tries > 0; tries--) {
      if (await ask("/healthz").catch(() => undefined)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal((await ask("/healthz")).status, 200);
    assert.equal((await ask("/readyz")).status, 200);
    assert.equal((await ask("/no-such-path")).status, 404);
  } finally {
    service.kill("SIGTERM");
  }
  assert.deepEqual(await exit, [0, null]);
});
