// What is seen of a report, in headless Chromium: node report_test.mjs PLAN.json. report_test.py makes the plan.
// Prints a line per test; exits with 1 if any failed. A message on the console is a failure of the test.
import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {chromium} from "playwright-core";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const SIZES = {desk: [1440, 900, "light"], dark: [1440, 900, "dark"], tablet: [900, 1100, "light"], phone: [390, 844, "dark"]};
const browser = await chromium.launch({executablePath: plan.chromium, args: ["--no-sandbox", "--force-color-profile=srgb"]});
let failed = 0;
let passed = 0;

function check(condition, message) {
  if (!condition) throw new Error(message);
}

const same = (found, expected, what) =>
  check(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);

async function open(report, size = "desk", hash = "") {
  const [width, height, colorScheme] = SIZES[size];
  const context = await browser.newContext({viewport: {width, height}, colorScheme, hasTouch: size === "phone", acceptDownloads: true, reducedMotion: "reduce"});
  const page = await context.newPage();
  page.messages = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.messages.push(message.text()));
  page.on("pageerror", (error) => page.messages.push(String(error.stack ?? error)));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) page.messages.push(`asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(report).href + hash);
  await page.waitForFunction(() => window.lightlda, null, {timeout: 120000});
  await settle(page);
  return page;
}

/** Until what was asked for is drawn. */
const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))));

async function test(name, body) {
  let page = null;
  try {
    await body(async (...arguments_) => (page = await open(...arguments_)));
    if (page) check(page.messages.length === 0, `the console says: ${page.messages.join(" | ")}`);
    ++passed;
    console.log(`passed   ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED   ${name}\n    ${error.message}`);
    await page?.screenshot({path: join(plan.pictures, `FAILED-${name.replace(/\W+/g, "-")}.png`)}).catch(() => {});
  }
  await page?.context().close();
}

const views = (page) => page.$$eval("#tabs button", (tabs) => tabs.map((tab) => tab.id.slice(4)));
const state = (page) => page.evaluate(() => ({view: lightlda.state.view, topic: lightlda.state.topic, word: lightlda.state.word, lambda: lightlda.state.lambda}));
const shownWords = (page) => page.$$eval("#detail .words button", (buttons) => buttons.map((button) => button.textContent));
const rows = (page) => page.$$eval("#rows .id", (ids) => ids.map((id) => Number(id.textContent)));
const label = (page) => page.$eval("#detail .head input", (input) => input.value);

async function setLambda(page, value) {
  await page.$eval("#lambda", (slider, v) => {
    slider.value = String(v);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
  }, value);
  await settle(page);
}

async function saved(page, choice) {
  await page.click("#save");
  const waiting = page.waitForEvent("download");
  await page.click(`#dialog button:has-text("${choice}")`);
  return readFileSync(await (await waiting).path(), "utf8");
}

/** How much of the canvas of a view is not ground: a view that shows nothing is a failure. */
const inked = (page) => page.$eval("#figure canvas", (canvas) => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let seen = 0;
  for (let i = 3; i < data.length; i += 4) seen += data[i] > 0;
  return seen / (data.length / 4);
});

for (const [name, report] of Object.entries(plan.reports)) {
  for (const size of Object.keys(SIZES)) {
    await test(`${name}, ${size}: every view is shown without a word on the console, nothing wider than the window`, async (load) => {
      const page = await load(report.file, size);
      same(await views(page), report.views, "views");
      for (const view of report.views) {
        await page.click(`#tab-${view}`);
        await settle(page);
        await page.waitForFunction(() => document.querySelector("#figure").childElementCount > 0);
        if (await page.$("#figure canvas")) check((await inked(page)) > 0.002, `${view}: nothing is drawn`);
        const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        check(wide <= inner, `${view}: ${wide} pixels wide in ${inner}`);
        await page.screenshot({path: join(plan.pictures, `${name}-${size}-${view}.png`)});
      }
      const small = await page.$$eval("button, select, input", (all) => all.filter((one) => one.checkVisibility() && !one.closest(".strip, .words, table, .slider") && one.getBoundingClientRect().height < 34).map((one) => one.outerHTML.slice(0, 80)));
      same(small, [], "targets below 34 pixels");
    });
  }
}

const main = plan.reports.main;

await test("words by lambda are those of lightlda-dump topics, whatever the slider says", async (load) => {
  const page = await load(main.file);
  for (const {topic, lambda, words} of main.words) {
    await page.evaluate((k) => lightlda.select(k), topic);
    await setLambda(page, lambda);
    same((await shownWords(page)).slice(0, words.length), words, `topic ${topic}, lambda ${lambda}`);
    check((await page.textContent("#detail output")) === lambda.toFixed(2), "the number beside the slider");
  }
});

await test("a searched word has the topics and counts of lightlda-dump words", async (load) => {
  const page = await load(main.file);
  for (const {word, tokens, topics} of main.searches) {
    await page.keyboard.press("/");
    await page.fill("#search", word);
    await page.keyboard.press("Enter");
    await settle(page);
    const found = (await rows(page)).slice(0, topics.length);
    same(found, topics.map(([topic]) => topic), `topics of ${word}`);
    const counts = await page.$$eval("#rows .row", (all) => all.map((row) => Number(row.title.replace(/\D/g, ""))));
    same(counts.slice(0, topics.length), topics.map(([, count]) => count), `counts of ${word}`);
    check((await page.textContent("#status")).startsWith(`${word}: ${tokens.toLocaleString("en")} tokens in`), await page.textContent("#status"));
    check((await state(page)).topic === topics[0][0], "the strongest topic is selected");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    check((await state(page)).word === "", "Escape clears the search");
  }
  await page.fill("#search", main.searches[0].word.slice(0, 3));
  await page.keyboard.press("ArrowDown");
  check(await page.getAttribute("#suggestions li", "aria-selected") === "true", "an arrow marks a suggestion");
  await page.keyboard.press("Enter");
  check((await state(page)).word.startsWith(main.searches[0].word.slice(0, 3)), "a suggestion is taken");
  await page.fill("#search", "no such word");
  await page.keyboard.press("Enter");
  check((await state(page)).word === "", "a word that is none is not searched");
});

await test("a circle of the map that is clicked becomes the topic; arrows go to neighbours; it zooms", async (load) => {
  const page = await load(main.file);
  for (const k of [3, 0, 5]) {
    const at = await page.evaluate((topic) => {
      const map = lightlda.view;
      const place = map.place(map.circles[topic]);
      const box = map.canvas.getBoundingClientRect();
      return [box.left + place.x, box.top + place.y];
    }, k);
    await page.mouse.click(...at);
    await settle(page);
    check((await state(page)).topic === k && (await label(page)) === (await page.evaluate((topic) => lightlda.topics.label(topic), k)), `topic ${k} was clicked`);
    await page.mouse.move(...at);
    check((await page.textContent("#tip")).startsWith(`${k} `), "what is hovered is told");
  }
  await page.focus("#figure canvas");
  const before = (await state(page)).topic;
  let moved = false;
  for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
    const from = await page.evaluate(() => ({...lightlda.view.circles[lightlda.state.topic]}));
    await page.keyboard.press(key);
    const to = await page.evaluate(() => ({...lightlda.view.circles[lightlda.state.topic]}));
    if (to.k === from.k) continue;
    moved = true;
    const [dx, dy] = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[key];
    check((to.x - from.x) * dx + (to.y - from.y) * dy > 0, `${key} went the other way`);
  }
  check(moved, `no arrow leads away from ${before}`);
  await page.click('#viewbar button[aria-label="Zoom in"]');
  await settle(page);
  check((await page.evaluate(() => lightlda.view.transform.k)) > 1.4, "zoom");
  await page.click('#viewbar button:has-text("Reset")');
  await settle(page);
  check((await page.evaluate(() => lightlda.view.transform.k)) === 1, "reset");
});

await test("keys: j k [ ] 1 2 ? e, arrows on list and tabs", async (load) => {
  const page = await load(main.file);
  const order = await rows(page);
  check((await state(page)).topic === order[0], "the largest topic is selected at first");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  check((await state(page)).topic === order[2], "j j");
  await page.keyboard.press("k");
  check((await state(page)).topic === order[1], "k");
  await page.keyboard.press("]");
  check((await state(page)).lambda === 0.7, "]");
  await page.keyboard.press("[");
  await page.keyboard.press("[");
  check((await state(page)).lambda === 0.5, "[");
  await page.keyboard.press("2");
  check((await state(page)).view === main.views[1], "2");
  await page.keyboard.press("1");
  check((await state(page)).view === main.views[0], "1");
  await page.keyboard.press("?");
  check(await page.$eval("#dialog", (dialog) => dialog.open), "? opens the help");
  await page.keyboard.press("Escape");
  check(!(await page.$eval("#dialog", (dialog) => dialog.open)), "Escape closes it");
  await page.focus("#list");
  await page.keyboard.press("ArrowDown");
  check((await state(page)).topic === order[2], "an arrow on the list");
  check((await page.getAttribute("#list", "aria-activedescendant")) === `row-${order[2]}`, "the list says which is active");
  await page.keyboard.press("End");
  check((await page.$eval("#list", (list) => list.scrollTop + list.clientHeight >= list.scrollHeight - 1)), "End shows the last");
  await page.focus(`#tab-${main.views[0]}`);
  await page.keyboard.press("ArrowRight");
  check((await state(page)).view === main.views[1] && (await page.evaluate(() => document.activeElement.getAttribute("role"))) === "tab", "an arrow on the tabs");
  await page.keyboard.press("e");
  check(await page.evaluate(() => document.activeElement.matches("#detail .head input")), "e edits the label");
});

await test("sorts and filters of the list", async (load) => {
  const page = await load(main.file);
  for (const [sort, order] of Object.entries(main.orders)) {
    await page.selectOption("#sort", sort);
    await settle(page);
    same((await rows(page)).slice(0, 8), order.slice(0, 8), `sorted by ${sort}`);
  }
  await page.fill("#filter", "1");
  await settle(page);
  check((await rows(page)).every((k) => String(k).startsWith("1")), "a number filters numbers");
  await page.fill("#filter", main.searches[0].word);
  await settle(page);
  check((await rows(page)).includes(main.searches[0].topics[0][0]), "a word filters topics that have it");
  await page.fill("#filter", "nothing at all");
  await settle(page);
  same(await rows(page), [], "no topic");
});

await test("a label is edited, kept by the browser, saved as labels.json and forgotten; a topic is hidden", async (load) => {
  const page = await load(main.file);
  await page.evaluate(() => lightlda.select(4));
  await page.fill("#detail .head input", 'Galaxies <b>&"');
  await page.keyboard.press("Enter");
  await settle(page);
  check((await page.textContent("#row-4 .label")) === 'Galaxies <b>&"', "the list has the label");
  await page.evaluate(() => lightlda.select(6));
  await page.click('#detail .sub button:has-text("Hide")');
  await settle(page);
  check(!(await rows(page)).includes(6), "a hidden topic is in the list");
  await page.reload();
  await page.waitForFunction(() => window.lightlda);
  await settle(page);
  check((await page.evaluate(() => lightlda.topics.label(4))) === 'Galaxies <b>&"' && (await page.evaluate(() => lightlda.topics.hidden.has(6))), "the browser has kept them");
  const file = await saved(page, "labels.json");
  const kept = JSON.parse(file);
  same(kept.labels, {...main.labels, 4: 'Galaxies <b>&"'}, "labels of the file");
  same(kept.hidden, [6], "hidden topics of the file");
  writeFileSync(join(plan.pictures, "labels.json"), file);
  await page.click("#save");
  await page.click('#dialog button:has-text("Forget")');
  await settle(page);
  check((await rows(page)).includes(6) && (await page.evaluate(() => lightlda.topics.label(4))) !== 'Galaxies <b>&"', "they are forgotten");
});

await test("each view is saved as a table, and as a figure that is well-formed", async (load) => {
  const page = await load(main.file);
  for (const view of main.views) {
    await page.click(`#tab-${view}`);
    await settle(page);
    const table = (await saved(page, "as a table (TSV)")).split("\n");
    const columns = table[0].split("\t").length;
    check(table.pop() === "" && table.length > 2 && table.every((line) => line.split("\t").length === columns), `${view}: ${table.length} lines`);
    if (main.tables[view]) same(table.length - 1, main.tables[view], `rows of ${view}`);
    if (view === "about") continue;
    const figure = await saved(page, "as a figure (SVG)");
    const [error, shapes] = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return [parsed.querySelector("parsererror")?.textContent ?? "", parsed.querySelectorAll("circle, rect, path").length];
    }, figure);
    check(error === "" && shapes > 5, `${view}: ${error || shapes}`);
    writeFileSync(join(plan.pictures, `${view}.svg`), figure);
  }
  const list = (await saved(page, "The list of topics")).trim().split("\n").slice(1).map((line) => line.split("\t"));
  same(list.map((cells) => Number(cells[2])), main.orders.size.map((k) => main.tokens[k]), "tokens of the list");
  for (const kind of ["TSV", "SVG"]) {
    const waiting = page.waitForEvent("download");
    await page.click(`#detail h2:has-text("Words") button:has-text("${kind}")`);
    check(readFileSync(await (await waiting).path(), "utf8").length > 200, `words as ${kind}`);
  }
  const waiting = page.waitForEvent("download");
  await page.click('#detail h2:has-text("Documents") button');
  same(readFileSync(await (await waiting).path(), "utf8").trim().split("\n").length - 1, main.documents, "documents as TSV");
});

await test("a link shows what was shown", async (load) => {
  const page = await load(main.file, "desk", `#view=groups&topic=7&word=${main.searches[1].word}&lambda=0.3&sort=id`);
  same(await state(page), {view: "groups", topic: 7, word: main.searches[1].word, lambda: 0.3}, "the state of the link");
  await page.click("#tab-diagnostics");
  await page.keyboard.press("]");
  await page.waitForFunction(() => location.hash.includes("lambda=0.4") && location.hash.includes("view=diagnostics"));
  await page.evaluate(() => (location.hash = "#view=nonsense&topic=99999&lambda=7&sort=x"));
  await settle(page);
  const after = await state(page);
  check(main.views.includes(after.view) && after.topic < main.tokens.length && after.lambda === 0.6, "a link that makes no sense");
});

await test("documents: hostile ones are text, links lead to http alone, the topic's words are marked", async (load) => {
  const page = await load(main.file);
  let hostile = 0;
  let marks = 0;
  for (let k = 0; k < main.tokens.length; ++k) {
    await page.evaluate((topic) => lightlda.select(topic), k);
    await page.waitForFunction((topic) => document.querySelectorAll("#detail .doc").length > 0 && lightlda.state.topic === topic, k);
    await settle(page);
    hostile += await page.$$eval("#detail .doc h3, #detail .doc .meta", (all) => all.filter((one) => one.textContent.includes("<img src=x")).length);
    marks += await page.$$eval("#detail mark", (all) => all.length);
    const links = await page.$$eval("#detail a", (all) => all.map((one) => one.getAttribute("href")));
    check(links.every((href) => href.startsWith("https://example.org/")), `links: ${links}`);
  }
  check(hostile > 0 && marks > 20, `${hostile} hostile texts, ${marks} marked words`);
  for (const view of main.views) {
    await page.click(`#tab-${view}`);
    await settle(page);
  }
  check((await page.evaluate(() => window.hacked)) === undefined, "a script of a document has run");
  same(await page.$$eval("img, iframe", (all) => all.length), 0, "elements that a document has made");
});

await test("neighbours and topics of documents lead to each other", async (load) => {
  const page = await load(main.file);
  await page.waitForSelector("#detail .chips button");
  const before = (await state(page)).topic;
  await page.click("#detail .chips button");
  check((await state(page)).topic !== before, "a similar topic");
  await page.waitForSelector("#detail .strip button:nth-child(2)");
  const strip = await page.getAttribute("#detail .strip button:nth-child(2)", "aria-label");
  await page.$eval("#detail .strip button:nth-child(2)", (button) => button.click());
  check(strip.startsWith(`Topic ${(await state(page)).topic},`), "another topic of a document");
  await page.click("#detail .words button");
  check((await state(page)).word !== "", "a word that is clicked is searched");
});

await test("time and groups: orders, and numbers of lightlda-dump groups", async (load) => {
  const page = await load(main.file);
  await page.click("#tab-time");
  await page.waitForSelector(".small-multiples button");
  await page.selectOption("#viewbar select", "regions");
  await settle(page);
  check(await page.$("#figure svg path"), "regions, stacked");
  await page.selectOption("#viewbar select", "falling");
  await page.waitForSelector(".small-multiples button");
  await page.click(".small-multiples button:nth-child(2)");
  check(await page.$('.small-multiples button[aria-pressed="true"]'), "a topic of the small figures");
  await page.click("#tab-groups");
  await settle(page);
  const shares = await page.evaluate(() => {
    const view = lightlda.view;
    return view.field.values.flatMap((value, v) => lightlda.topics.ids.map((k) => [value, k, view.share(k, v)]).filter((row) => row[2] > 0));
  });
  same(shares.length, main.groups.length, "shares of groups");
  main.groups.forEach(([value, topic, share], i) => check(shares[i][0] === value && shares[i][1] === topic && Math.abs(shares[i][2] - share) < 1e-9, `share ${i}`));
  await page.selectOption('#viewbar select[aria-label="Order of topics"]', {index: 1});
  await settle(page);
  const typical = await page.evaluate(() => lightlda.view.rows[0]);
  const best = await page.evaluate(() => lightlda.topics.ids.toSorted((a, b) => lightlda.view.lift(b, lightlda.state.value) - lightlda.view.lift(a, lightlda.state.value)).slice(0, 5));
  check(best.includes(typical), "the most typical topic comes first");
});

await test("the theme is switched and kept; print shows the topic alone", async (load) => {
  const page = await load(main.file);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click("#theme");
  check((await ground()) !== light, "the theme is another");
  await page.reload();
  await page.waitForFunction(() => window.lightlda);
  check((await ground()) !== light, "the theme is kept");
  await page.emulateMedia({media: "print"});
  check((await ground()) === light, "paper is white");
  check(!(await page.isVisible("#view")) && !(await page.isVisible("#side")) && (await page.isVisible("#detail")), "what is printed");
  await page.screenshot({path: join(plan.pictures, "main-print.png"), fullPage: true});
});

await test("text has enough contrast, and every control a name", async (load) => {
  for (const size of ["desk", "dark"]) {
    const page = await load(main.file, size);
    const contrasts = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const luminance = (hex) => {
        const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, "$&$&") : hex;
        const parts = [1, 3, 5].map((i) => parseInt(full.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      const of = (name) => luminance(style.getPropertyValue(name).trim());
      const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ["--text", "--dim", "--accent"].flatMap((ink) => ["--ground", "--panel"].map((ground) => [ink, ground, contrast(of(ink), of(ground))]));
    });
    for (const [ink, ground, contrast] of contrasts) check(contrast >= 4.5, `${size}: ${ink} on ${ground}: ${contrast}`);
    const nameless = await page.$$eval("button, input, select, canvas, [role=listbox]", (all) => all.filter((one) => one.checkVisibility() && !one.getAttribute("aria-label") && !one.textContent.trim() && !one.labels?.length && !one.placeholder).map((one) => one.outerHTML.slice(0, 100)));
    same(nameless, [], "controls without a name");
    if (size === "desk") await page.context().close();
  }
});

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
