// Opens pages in a browser as people do: wide and narrow, in the light and in the dark. axe-core finds
// nothing to complain of, nothing is wider than the screen, and nothing is fetched.
//
//     NODE_PATH=… node look.mjs CHROMIUM [--shots DIR] PAGE.html…
//
// puppeteer-core and axe-core are found through NODE_PATH.

import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const words = process.argv.slice(2);
const chromium = words.shift();
const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : null;
if (!chromium || words.length === 0) {
  console.error("look.mjs CHROMIUM [--shots DIR] PAGE.html…");
  process.exit(2);
}

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
let wrong = 0;
const complain = (what) => {
  wrong += 1;
  console.error(what);
};

for (const file of words) {
  for (const width of [1280, 360]) {
    for (const scheme of ["light", "dark"]) {
      const where = `${basename(file, ".html")}-${width}-${scheme}`;
      const page = await browser.newPage();
      const fetched = [];
      page.on("request", (request) => fetched.push(request.url()));
      page.on("console", (message) => complain(`${where}: the browser says ${message.text()}`));
      await page.setViewport({ width, height: 800 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      const address = pathToFileURL(resolve(file)).href;
      await page.goto(address, { waitUntil: "load" });
      if (shots) await page.screenshot({ path: join(shots, `${where}.png`), fullPage: true });
      for (const other of fetched.filter((url) => url !== address)) complain(`${where}: it fetches ${other}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) complain(`${where}: it is ${wide} pixels wider than the screen`);
      // What is closed is read too.
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      const found = await looked(page);
      if (found.passes < 10) complain(`${where}: axe-core looked at almost nothing`);
      for (const one of found.violations) complain(`${where}: ${one}`);
      await page.close();
    }
  }
}
await browser.close();
console.log(`${words.length} pages, each wide and narrow, in the light and in the dark: ${wrong || "no"} complaints`);
process.exit(wrong ? 1 : 0);

// The page's own policy lets no script run: axe-core is put in from outside of it.
async function looked(page) {
  const session = await page.createCDPSession();
  await session.send("Runtime.evaluate", { expression: axe });
  const answer = await session.send("Runtime.evaluate", {
    expression: `axe.run(document).then((found) => JSON.stringify({
      passes: found.passes.length,
      violations: found.violations.flatMap((one) => one.nodes.map((node) =>
        one.id + ": " + node.html.slice(0, 160) + " (" + (node.any[0] || node.all[0] || node.none[0] || {}).message + ")")),
    }))`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
  return JSON.parse(answer.result.value);
}
