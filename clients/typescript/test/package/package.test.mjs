import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
const project = mkdtempSync(join(tmpdir(), "wearon-"));
const run = (program, ...args) => execFileSync(program, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

before(() => {
  const packed = run("npm", "pack", root, "--ignore-scripts", "--json", "--silent");
  const folder = join(project, "node_modules/@wearon/client");
  mkdirSync(folder, { recursive: true });
  run("tar", "-xzf", JSON.parse(packed)[0].filename, "-C", folder, "--strip-components=1");
});
after(() => rmSync(project, { recursive: true }));

test("has no dependency, and only what a shop needs", () => {
  const { dependencies, license } = JSON.parse(readFileSync(join(project, "node_modules/@wearon/client/package.json")));
  assert.deepEqual([dependencies, license], [undefined, "Apache-2.0"]);
});

test("is imported by a module and required by a script", () => {
  writeFileSync(join(project, "m.mjs"), 'import { WearOn, webhooks } from "@wearon/client"; console.log(typeof WearOn, typeof webhooks.verify);');
  writeFileSync(join(project, "c.cjs"), 'const { WearOn, webhooks } = require("@wearon/client"); console.log(typeof WearOn, typeof webhooks.verify);');
  for (const file of ["m.mjs", "c.cjs"]) {
    assert.equal(run(process.execPath, file), "function function\n");
  }
});

const nodeTypes = dirname(require.resolve("@types/node/package.json"));
for (const [what, file, options] of [
  ["a module in Node", "shop.mts", { module: "nodenext", lib: ["es2022"], types: [nodeTypes] }],
  ["a script in Node", "shop.cts", { module: "nodenext", lib: ["es2022"], types: [nodeTypes] }],
  ["a page with a bundler", "page.ts", { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [] }],
]) {
  test(`compiles in ${what}, strictly and with the declarations`, () => {
    copyFileSync(join(root, "test/package/consumer.ts"), join(project, file));
    const compilerOptions = { strict: true, noEmit: true, target: "es2022", noUncheckedIndexedAccess: true, ...options };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
    try {
      run(process.execPath, require.resolve("typescript/bin/tsc"), "-p", "tsconfig.json");
    } catch (error) {
      assert.fail(error.stdout);
    }
  });
}
