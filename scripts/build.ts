/**
 * Builds everything that is generated, in one go: `npm run build`, and by itself after `npm ci`.
 *
 *     scripts/build-*.ts   →  bundles beside their sources (the grammar, the page)
 *     tsc                  →  dist/, the published command and its types
 *     bundles in JS        →  copied to where dist/ expects them
 *     esbuild              →  the command and its worker, each as few files of dist/cli/
 *
 * Generators are found by their name, in alphabetical order; none may need another's result. The
 * outputs are not kept in the repository, so that a source and its bundle cannot disagree.
 *
 * The command is bundled because loading some hundred modules takes longer than most checks. Its
 * dependencies are not, so that each is in the package once.
 *
 * `dist/` is emptied first: a file that was renamed must not live on in the package.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const OUTPUT = "dist";

function run(script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, stdio: "inherit" });
}

function generators(): string[] {
  return globSync("scripts/build-*.ts", { cwd: ROOT, exclude: ["**/*.test.ts"] }).toSorted();
}

function bundles(): string[] {
  return globSync("{spec,traces,checker,viz,cli}/**/*.ohm-bundle.{js,d.ts}", { cwd: ROOT });
}

for (const generator of generators()) run(generator);
rmSync(join(ROOT, OUTPUT), { recursive: true, force: true });
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
for (const bundle of bundles()) copyFileSync(join(ROOT, bundle), join(ROOT, OUTPUT, bundle));
buildSync({
  absWorkingDir: ROOT,
  entryPoints: ["cli/main.ts", "checker/compile/search-worker.ts"],
  outdir: join(OUTPUT, "cli"),
  entryNames: "[name]",
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node22",
  logLevel: "warning",
});
