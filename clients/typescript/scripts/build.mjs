// Compiles to ESM and CJS with plain tsc, and checks the size. JavaScript without comments, declarations with them.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LARGEST = 11_000;
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

process.chdir(new URL("..", import.meta.url).pathname);
rmSync("dist", { recursive: true, force: true });
for (const project of ["tsconfig.json", "tsconfig.cjs.json"]) {
  for (const output of [["--removeComments", "--declaration", "false"], ["--emitDeclarationOnly"]]) {
    execFileSync(process.execPath, [tsc, "-p", project, ...output], { stdio: "inherit" });
  }
}
// Node reads the type of a module from the nearest package.json.
writeFileSync("dist/cjs/package.json", '{"type": "commonjs"}\n');

const code = readdirSync("dist/esm").filter((name) => name.endsWith(".js"));
const size = gzipSync(code.map((name) => readFileSync(`dist/esm/${name}`, "utf8")).join("")).length;
console.log(`dist/esm: ${size} bytes with gzip, before any minifier`);
if (size > LARGEST) {
  console.error(`The client may have ${LARGEST} bytes.`);
  process.exit(1);
}
