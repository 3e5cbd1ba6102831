// What reports cost in headless Chromium: seconds of the main thread until a page can be used, and milliseconds that
// a move of the slider and the choice of a topic take.
//
// usage: node bench/report_page.mjs REPORT.html ...     after scripts/browser.sh
import {createRequire} from "node:module";
import {resolve} from "node:path";

const require = createRequire(new URL("../tests/browser/", import.meta.url));
const {chromium} = require("playwright-core");
const browser = await chromium.launch({executablePath: "/usr/bin/chromium", args: ["--no-sandbox"]});
console.log("| report | until ready, s | slider, ms, median | worst | topic, ms, median |\n|---|---|---|---|---|");
for (const file of process.argv.slice(2)) {
  const page = await (await browser.newContext({viewport: {width: 1440, height: 900}})).newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", {timeDomain: "threadTicks"});
  await page.goto("file://" + resolve(file));
  await page.waitForFunction(() => window.lightlda);
  await page.waitForTimeout(1500);
  const {metrics} = await session.send("Performance.getMetrics");
  const ready = metrics.find((metric) => metric.name === "TaskDuration").value;
  const timed = (count, kind) => page.evaluate(async ([n, what]) => {
    const times = [];
    for (let i = 0; i < n; ++i) {
      const start = performance.now();
      if (what === "slider") window.lightlda.state.set({lambda: i / (n - 1)});
      else window.lightlda.select(i * 7);
      document.body.offsetHeight;
      times.push(performance.now() - start);
      await new Promise((done) => requestAnimationFrame(done));
    }
    return times.sort((a, b) => a - b);
  }, [count, kind]);
  const slider = await timed(41, "slider");
  const topic = await timed(21, "topic");
  console.log(`| ${file} | ${ready.toFixed(2)} | ${slider[20].toFixed(1)} | ${slider[40].toFixed(1)} | ${topic[10].toFixed(1)} |`);
  await page.close();
}
await browser.close();
