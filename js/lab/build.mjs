// Builds js/src/lab into unlearn_widgets/labextension, a prebuilt JupyterLab extension.
//   node js/lab/build.mjs            minified, its gzip size printed and capped
//   node js/lab/build.mjs --watch    rebuild on every change
//
// esbuild turns TypeScript and preact into plain modules, and Jupyter's own builder turns those
// into a federated module. The builder reads one package.json: a generated one keeps it from
// sharing our dependencies with JupyterLab, and the version stays in one place.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const CAP = 120_000;
const TUTORIAL = "notebooks/01_brush.ipynb";
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const out = join(root, "unlearn_widgets", "labextension");
const stage = join(root, ".make", "labextension");
const { resolve } = createRequire(import.meta.url);

/** @type {import("esbuild").BuildOptions} */
const options = {
  entryPoints: ["index", "mime"].map((name) => join(root, "js", "src", "lab", `${name}.ts`)),
  outdir: join(stage, "lib"),
  bundle: true,
  // What both entries need stands in one chunk.
  splitting: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  external: ["@jupyterlab/*", "@lumino/*"],
  absWorkingDir: root,
  logLevel: "warning",
  metafile: true,
};

/** What JupyterLab 4.4 brings of the packages that the extension is built with. */
const HOST = {
  application: "^4.4.0",
  apputils: "^4.5.0",
  coreutils: "^6.4.0",
  docregistry: "^4.4.0",
  launcher: "^4.4.0",
  services: "^7.4.0",
  translation: "^4.4.0",
  "ui-components": "^4.4.0",
};

/** What the builder reads. */
function manifest() {
  const { name, version, description, license } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return {
    name,
    version,
    description,
    license,
    main: "lib/index.js",
    style: "lib/index.css",
    dependencies: {},
    jupyterlab: {
      extension: "lib/index.js",
      mimeExtension: "lib/mime.js",
      outputDir: relative(stage, out),
      schemaDir: "schema",
      sharedPackages: Object.fromEntries(
        Object.entries(HOST).map(([name, requiredVersion]) => [
          `@jupyterlab/${name}`,
          { requiredVersion, bundled: false },
        ]),
      ),
    },
  };
}

/** Turn the staged modules into a federated one. Returns what went wrong, or null. */
function federate(/** @type {string[]} */ flags = []) {
  const builder = join(dirname(resolve("@jupyter/builder")), "build-labextension.js");
  const core = join(dirname(resolve("@jupyterlab/core-meta/package.json")), "core.package.json");
  const words = [builder, "--core-package-file", core, ...flags, stage];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: stage,
    encoding: "utf8",
  });
  if (status !== 0) return stdout + stderr;
  complete();
  return null;
}

function prepare() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(stage, "package.json"), JSON.stringify(manifest(), null, 2));
  cpSync(join(here, "schema"), join(stage, "schema"), { recursive: true });
}

/** Who installed it and how to be rid of it, which JupyterLab reads; and the tutorial. */
function complete() {
  copyFileSync(join(here, "install.json"), join(out, "install.json"));
  copyFileSync(join(root, TUTORIAL), join(out, "static", "tutorial.ipynb"));
}

function weigh() {
  const scripts = join(out, "static");
  const sizes = readdirSync(scripts)
    .filter((name) => name.endsWith(".js"))
    .map((name) => gzipSync(readFileSync(join(scripts, name)), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.info(
    `JupyterLab extension: ${(total / 1000).toFixed(1)} kB gzip of ${CAP / 1000} kB allowed`,
  );
  if (total <= CAP) return;
  console.error(`The extension is ${total - CAP} B over its cap. Remove what it does not need.`);
  process.exitCode = 1;
}

async function release() {
  prepare();
  await build({ ...options, minify: true });
  const failure = federate();
  if (failure === null) return weigh();
  console.error(failure);
  process.exitCode = 1;
}

async function watch() {
  prepare();
  const afterwards = {
    name: "federate",
    setup: (/** @type {import("esbuild").PluginBuild} */ { onEnd }) =>
      onEnd(({ errors }) => {
        if (errors.length > 0) return;
        const failure = federate(["--development"]);
        console.info(failure ?? "The JupyterLab extension is built: reload the page to see it.");
      }),
  };
  await (await context({ ...options, plugins: [afterwards] })).watch();
}

await (process.argv[2] === "--watch" ? watch() : release());
