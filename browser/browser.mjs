// A browser that may ask nothing of any network, and pages whose complaints are kept.

import { chromium } from "playwright-core";
import { existsSync } from "node:fs";

/// Debian's browser, or that of $CHROMIUM.
const executable = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(path => path && existsSync(path));

export const launch = () => {
  if (!executable) throw new Error("no Chromium: set CHROMIUM to its path");
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
};

/// Opens a page of a file. `page.complaints` has errors and warnings of its console, errors of its script, dialogs, and
/// every request but those for the file itself and for data in it.
export const open = async (browser, url, { width = 1280, height = 900, dark = false, ...more } = {}) => {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: dark ? "dark" : "light", deviceScaleFactor: 1, ...more,
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.type() + ": " + message.text());
  });
  page.on("pageerror", error => page.complaints.push("script: " + error));
  page.on("dialog", dialog => { page.complaints.push("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("request", request => {
    if (request.url() !== url && !request.url().startsWith("data:")) page.complaints.push("request: " + request.url());
  });
  await page.goto(url);
  return page;
};

/// Two frames later everything that was asked for is drawn.
export const settled = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));

/// The pixels of a canvas as text.
export const pixels = async (page, selector) => {
  await settled(page);
  return page.locator(selector).evaluate(canvas => canvas.toDataURL());
};
