// Bundles the entries of js/src into unlearn_widgets/static, or serves the development page.
//   node js/build.mjs            minified bundles, their gzip sizes printed and capped
//   node js/build.mjs --watch    rebuild on every change, with source maps
//   node js/build.mjs --serve [port]    js/dev on 127.0.0.1 with a fake session
//   node js/build.mjs --page DIR        the same page as static files
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

/** A notebook loads the bundle of each widget that it shows, and a page its own: each is capped. */
const ENTRIES = ["index", "annotator", "page"];
const CAP = 80_000;
const js = dirname(fileURLToPath(import.meta.url));
const root = dirname(js);
const out = join(root, "unlearn_widgets", "static");

/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  absWorkingDir: root,
  logLevel: "info",
};

/** @type {import("esbuild").BuildOptions} */
const widget = {
  ...shared,
  entryPoints: ENTRIES.map((name) => join(js, "src", `${name}.ts`)),
  outdir: out,
};

/** @type {(outdir: string) => import("esbuild").BuildOptions} */
const page = (outdir) => ({
  ...shared,
  entryPoints: [join(js, "dev", "page.ts")],
  outdir,
  sourcemap: "inline",
});

/** @param {import("esbuild").Metafile} metafile */
function licences(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name !== undefined) packages.add(name);
  }
  return [...packages]
    .sort()
    .map((name) => {
      const text = readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8");
      return `${name}\n\n${text.trim()}\n`;
    })
    .join("\n---\n\n");
}

async function release() {
  const { metafile } = await build({
    ...widget,
    minify: true,
    metafile: true,
    logLevel: "warning",
  });
  writeFileSync(join(out, "LICENSES.txt"), licences(metafile));
  for (const entry of ENTRIES) {
    let total = 0;
    for (const name of [`${entry}.js`, `${entry}.css`]) {
      const path = join(out, name);
      const raw = readFileSync(path);
      const size = gzipSync(raw, { level: 9 }).length;
      total += size;
      console.info(`${relative(root, path)}  ${raw.length} B, gzip ${size} B`);
    }
    console.info(
      `${entry} bundle: ${(total / 1000).toFixed(1)} kB gzip of ${CAP / 1000} kB allowed`,
    );
    if (total <= CAP) continue;
    console.error(`${entry} is ${total - CAP} B over its cap. Remove what a view does not need.`);
    process.exitCode = 1;
  }
}

const [mode, argument] = process.argv.slice(2);
if (mode === undefined) {
  await release();
} else if (mode === "--watch") {
  await (await context({ ...widget, sourcemap: "inline" })).watch();
} else if (mode === "--serve") {
  const server = await context({ ...page(join(js, "dev", "dist")), write: false });
  const { port } = await server.serve({
    host: "127.0.0.1",
    port: argument === undefined ? 8123 : Number(argument),
    servedir: join(js, "dev"),
  });
  console.info(`http://127.0.0.1:${port}/?view=workbench`);
} else if (mode === "--page" && argument !== undefined) {
  mkdirSync(argument, { recursive: true });
  await build({ ...page(join(argument, "dist")), minify: true, sourcemap: false });
  copyFileSync(join(js, "dev", "index.html"), join(argument, "index.html"));
} else {
  console.error(`build.mjs: unknown arguments ${process.argv.slice(2).join(" ")}`);
  process.exitCode = 2;
}
