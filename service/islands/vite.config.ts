// Builds the islands and the style sheets into a folder with hashed names and a manifest; the mode
// `worker` builds the service worker, one file that imports nothing. Text is also written compressed, but for
// who works on it (ISLANDS_QUICK): to compress well takes twice as long as the rest.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = process.env.ISLANDS_OUT ?? "../static/built";
const PAGES = [
  "app", "citizens/report", "citizens/track", "citizens/mine", "citizens/board", "citizens/feed", "citizens/map",
  "staff/staff", "staff/desk", "staff/case", "staff/queue", "staff/inspect", "staff/manage", "staff/admin",
  "staff/wall", "staff/alarm", "citizens/alerts", "citizens/cleanups", "citizens/cleanup_mine", "citizens/answer", "staff/account", "staff/plan_check",
  "again", "staff/live", "staff/numbers", "staff/places", "staff/cleanup_day",
];

export default defineConfig(({ mode }) => ({
  base: "/assets/",
  publicDir: false,
  build: {
    outDir: OUT,
    emptyOutDir: mode !== "worker",
    manifest: mode === "worker" ? false : "manifest.json",
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome100", "safari15.4", "firefox103"],
    chunkSizeWarningLimit: 1200,
    rolldownOptions: mode === "worker" ? worker() : pages(),
  },
  plugins: process.env.ISLANDS_QUICK ? [] : [compress()],
}));

function pages() {
  const scripts = Object.fromEntries(PAGES.map((page) => [page.split("/").at(-1), `${page}.ts`]));
  // What every page needs comes as one file: on a bad network each further one costs a round trip.
  const common = { name: "common", test: /islands\/lib\/(requests\/(answer|challenge|device|ids|line|lock|news|page_line|received|sync|timeout)|page\/(dom|ready|toast|words)|sending\/(outbox)|storage\/(store))\.ts|node_modules\/(idb|@oxc-project)\/|preload-helper/ };
  return {
    input: { ...scripts, style: "styles/app.css", office: "styles/office.css", plain: "styles/plain.css" },
    output: { codeSplitting: { groups: [common] } },
  };
}

function worker() {
  return { input: { sw: "sw.ts" }, output: { entryFileNames: "sw.js", codeSplitting: false } };
}

function compress(): Plugin {
  return {
    name: "compress",
    closeBundle() {
      for (const name of readdirSync(OUT).filter((each) => /\.(js|mjs|css|svg|json)$/.test(each))) {
        const file = join(OUT, name);
        if (statSync(file).size < 500 || existsSync(`${file}.br`)) continue;
        const text = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${file}.br`, brotliCompressSync(text, { params: quality }));
      }
    },
  };
}
