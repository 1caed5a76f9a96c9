// node measure.mjs chromium|firefox COMMAND PAGE...: opens pages in one browser and prints what it sees, as JSON.
//
// A page is opened once, all its <details> are opened, and it is measured at each width in each theme. Chromium
// switches themes while it runs; Firefox is started once for each.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const WIDTHS = [360, 800, 1400];
const THEMES = ["light", "dark"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

function launch(kind, command, theme) {
  const common = { executablePath: command, headless: true, protocolTimeout: 180000 };
  if (kind === "firefox") {
    const preferences = { "layout.css.prefers-color-scheme.content-override": theme === "dark" ? 0 : 1 };
    return puppeteer.launch({ ...common, browser: "firefox", extraPrefsFirefox: preferences });
  }
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  return puppeteer.launch({ ...common, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}

// Runs in the page: what is too wide, missing, cut off or covered.
function layout() {
  const slack = 1.5; // pixels: rounding, and the slant of a letter
  const found = { missing: [], clipped: [], covered: [] };
  const name = element => element.getAttribute("alttext") ?? element.textContent.slice(0, 60);

  // The elements around a formula that may cut it off, with how far each can be scrolled.
  function frames(element) {
    const out = [];
    for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement) {
      const { display, overflowX, overflowY } = getComputedStyle(outer);
      if (display === "inline" || (overflowX === "visible" && overflowY === "visible")) continue;
      const box = outer.getBoundingClientRect();
      const reach = (flow, end) => (flow === "visible" ? Infinity : flow === "auto" || flow === "scroll" ? Math.max(end, 0) : 0);
      out.push({
        left: overflowX === "visible" ? -Infinity : box.left - outer.scrollLeft,
        top: overflowY === "visible" ? -Infinity : box.top - outer.scrollTop,
        right: box.right + reach(overflowX, outer.scrollWidth - box.width),
        bottom: box.bottom + reach(overflowY, outer.scrollHeight - box.height),
      });
    }
    return out;
  }

  const isCut = (box, frame) =>
    box.left < frame.left - slack || box.right > frame.right + slack || box.top < frame.top - slack || box.bottom > frame.bottom + slack;

  for (const formula of document.querySelectorAll("math")) {
    const box = formula.getBoundingClientRect();
    if (box.width < 2 || box.height < 5 || !formula.checkVisibility()) found.missing.push(name(formula));
    else {
      const around = frames(formula);
      const parts = [formula, ...formula.querySelectorAll("mi, mn, mo, mtext")].map(part => part.getBoundingClientRect());
      if (around.some(frame => parts.some(part => isCut(part, frame)))) found.clipped.push(name(formula));
    }
  }
  for (const row of document.querySelectorAll(".display .row")) {
    const parts = [...row.querySelectorAll(".left math, .formula math, .right > .why, .number")];
    const boxes = parts.map(part => part.getBoundingClientRect()).filter(box => box.width && box.height);
    const apart = (a, b) => a.right <= b.left + slack || b.right <= a.left + slack || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
    if (boxes.some((a, k) => boxes.slice(k + 1).some(b => !apart(a, b)))) found.covered.push(name(row));
  }
  const root = document.documentElement;
  return { ...found, width: root.scrollWidth, room: root.clientWidth, formulas: document.querySelectorAll("math").length };
}

// Runs in the page: what axe-core finds wrong. In the second theme nothing but colours can differ, and all letters of a
// formula have one colour, so that one stands for them.
async function violations(onlyColours) {
  if (onlyColours) document.querySelectorAll("math").forEach(formula => (formula.innerHTML = "<mi>x</mi>"));
  const options = { resultTypes: ["violations"], ...(onlyColours && { runOnly: ["color-contrast"] }) };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")}: ${n.html.slice(0, 160)}`));
}

async function measured(page, path, theme, withAxe, onlyColours) {
  await page.goto(pathToFileURL(path).href);
  await page.evaluate(() => document.querySelectorAll("details").forEach(d => (d.open = true)));
  const layouts = [];
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    layouts.push({ theme, size: width, ...(await page.evaluate(layout)) });
  }
  if (!withAxe) return { layouts, violations: [] };
  await page.setViewport({ width: WIDTHS[0], height: 900 });
  await page.evaluate(AXE);
  return { layouts, violations: await page.evaluate(violations, onlyColours) };
}

// A link to a line that is folded away opens what it is in; on paper nothing is folded away.
async function folded(page, path, isChromium) {
  const url = pathToFileURL(path).href;
  await page.goto(url);
  const target = await page.evaluate(() => document.querySelector(".told:not([open]) details .number")?.id);
  if (!target) return null;
  const isSeen = name => document.getElementById(name).checkVisibility();
  const closed = !(await page.evaluate(isSeen, target));
  if (isChromium) await page.emulateMediaType("print");
  const printed = isChromium ? await page.evaluate(isSeen, target) : null;
  if (isChromium) await page.emulateMediaType(null);
  await page.goto(`${url}#${target}`);
  return { closed, printed, opened: await page.evaluate(isSeen, target) };
}

const [kind, command, ...paths] = process.argv.slice(2);
const report = { version: "", folded: null, pages: Object.fromEntries(paths.map(path => [path, { layouts: [], violations: [] }])) };
for (const theme of THEMES) {
  const browser = await launch(kind, command, theme);
  report.version = await browser.version();
  const page = await browser.newPage();
  if (kind === "chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  for (const path of paths) {
    const { layouts, violations } = await measured(page, path, theme, kind === "chromium", theme !== THEMES[0]);
    report.pages[path].layouts.push(...layouts);
    report.pages[path].violations.push(...violations.map(text => `${theme}: ${text}`));
  }
  for (const path of paths) report.folded ??= await folded(page, path, kind === "chromium");
  await browser.close();
}
console.log(JSON.stringify(report));
