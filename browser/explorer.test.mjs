// The pages of `cargo run -p dartboard-figures --example explorer`, in the folder $EXPLORER_PAGES, as a reader has them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { launch, open, pixels, settled } from "./browser.mjs";

const folder = process.env.EXPLORER_PAGES;
assert.ok(folder, "EXPLORER_PAGES names the folder of the pages");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/// What the page must say, from a file that was written in another way than the page.
const expected = name => JSON.parse(readFileSync(join(folder, name + ".json"), "utf8"));
const number = text => ({ NaN, inf: Infinity, "-inf": -Infinity })[text] ?? Number(text);
const shown = value => Object.is(value, -0) ? "-0" : Number.isNaN(value) ? "NaN" : value === Infinity ? "inf" : value === -Infinity ? "-inf" : String(value);

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/// Runs a test on a page, which must have nothing to complain about in the end.
const visit = async (name, options, check) => {
  const page = await open(browser, pathToFileURL(join(folder, name + ".html")).href, options);
  try {
    await settled(page);
    await check(page);
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.context().close();
  }
};

/// The texts of a list of readings.
const reading = (page, list) => page.locator(`#${list} dd`).allTextContents();

/// Points at a place of the contours, by shares of their field.
const field = page => page.locator("#map").evaluate(canvas => {
  const box = canvas.getBoundingClientRect();
  const [left, top, right, bottom] = canvas.dataset.field.split(" ").map(Number);
  return { left: box.left + left, top: box.top + top, right: box.left + right, bottom: box.top + bottom };
});
const pointAt = async (page, u, v) => {
  await page.locator("#map").scrollIntoViewIfNeeded();
  const { left, top, right, bottom } = await field(page);
  await page.mouse.move(left + u * (right - left), bottom - v * (bottom - top));
};

/// The nodes of a grid of a page, with their places as shares of the field.
const nodes = name => {
  const view = expected(name).views[0];
  const [x, y, z] = [view.x, view.y, view.z].map(column => column.map(number));
  const share = (values, value) => (value - values[0]) / (values.at(-1) - values[0]);
  return {
    x, y, z,
    at: (column, row) => ({
      u: share(x, x[column]), v: share(y, y[row]), texts: [x[column], y[row], z[row * x.length + column]].map(shown),
    }),
  };
};

const screens = [{ width: 390 }, { width: 1280, dark: true }];
const others = [{ width: 390, dark: true }, { width: 1280 }];
const where = ({ width, dark }) => `${width} px, ${dark ? "dark" : "light"}`;

for (const options of [...screens, ...others]) {
  test(`pages can be read by all: ${where(options)}`, async () => {
    for (const name of ["bowl", "valleys", "gaps", "line", "hostile"]) {
      await visit(name, options, async page => {
        await page.evaluate(axe);
        const tabs = await page.locator("[role=tab]").count();
        for (let tab = 0; tab < Math.max(1, tabs); tab++) {
          if (tabs) await page.locator("[role=tab]").nth(tab).click();
          const { violations } = await page.evaluate(() => axe.run());
          assert.deepEqual(violations.map(found => [found.id, found.nodes.map(node => node.html)]), [], name);
        }
      });
    }
  });
}

describe("on small and large screens", () => {
  for (const options of screens) {
    test(`the surface turns and zooms: ${where(options)}`, async () => {
      await visit("bowl", options, async page => {
        const surface = page.locator("#surface");
        const views = [await pixels(page, "#surface")];
        const contours = await pixels(page, "#map");
        const changes = async () => {
          await page.mouse.move(2, 2);
          const now = await pixels(page, "#surface");
          assert.ok(!views.includes(now), `the surface is as it was before, after ${views.length} changes`);
          views.push(now);
        };
        const box = await surface.boundingBox();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x + 60, y + 20, { steps: 4 });
        await page.mouse.up();
        await changes();
        await surface.focus();
        for (const key of ["ArrowLeft", "ArrowUp", "+", "-", "ArrowRight", "ArrowDown"]) {
          await page.keyboard.press(key);
          // Back where it was.
          if (["-", "ArrowDown"].includes(key)) continue;
          await changes();
        }
        await page.mouse.move(x, y);
        await page.mouse.wheel(0, -200);
        await changes();
        await surface.dblclick();
        await page.mouse.move(2, 2);
        assert.equal(await pixels(page, "#surface"), views[0]);
        assert.equal(await pixels(page, "#map"), contours);
      });
    });

    test(`contours tell the nearest node to the last digit: ${where(options)}`, async () => {
      for (const name of ["oblong", "gaps", "magnitudes"]) {
        await visit(name, options, async page => {
          const grid = nodes(name);
          const [columns, rows] = [grid.x.length, grid.y.length];
          const plain = await pixels(page, "#map");
          const turned = await pixels(page, "#surface");
          const places = [[0, 0], [columns - 1, 0], [0, rows - 1], [columns - 1, rows - 1], [columns >> 1, rows >> 1],
            [columns - 3, 5], [4, rows - 2], [5, 2], [columns >> 2, rows >> 1]];
          for (const [column, row] of places) {
            const node = grid.at(column, row);
            await pointAt(page, node.u, node.v);
            assert.deepEqual(await reading(page, "node"), node.texts, `${name}: column ${column}, row ${row}`);
          }
          // Marked in both pictures, and announced.
          assert.notEqual(await pixels(page, "#map"), plain);
          assert.notEqual(await pixels(page, "#surface"), turned);
          const last = (await reading(page, "node"))[2];
          await page.waitForFunction(value => document.getElementById("live").textContent.endsWith(": " + value), last);
          await page.mouse.move(2, 2);
          assert.equal(await pixels(page, "#map"), plain);
          assert.equal(await pixels(page, "#surface"), turned);
        });
      }
    });

    test(`the surface tells the node that is seen: ${where(options)}`, async () => {
      for (const name of ["gaps", "valleys"]) {
        await visit(name, options, async page => {
          const grid = nodes(name);
          const box = await page.locator("#surface").boundingBox();
          const found = new Set();
          for (let across = 1; across < 7; across++) for (let down = 1; down < 7; down++) {
            await page.mouse.move(box.x + box.width * across / 7, box.y + box.height * down / 7);
            const texts = await reading(page, "node");
            if (texts[0] === "–") continue;
            const [column, row] = [grid.x.map(shown).indexOf(texts[0]), grid.y.map(shown).indexOf(texts[1])];
            assert.deepEqual(texts, grid.at(column, row).texts);
            found.add(texts.join());
          }
          assert.ok(found.size >= 6, `${found.size} nodes`);
        });
      }
    });

    test(`the slider walks along the path: ${where(options)}`, async () => {
      await visit("bowl", options, async page => {
        const { steps } = expected("bowl").views[0];
        const slider = page.locator("#step");
        const check = async step => {
          const { number: own, value, in_plane: inPlane } = steps[step];
          const texts = await reading(page, "at");
          const gap = Number((number(value) - number(inPlane)).toPrecision(6));
          assert.deepEqual(texts, [`${own} (${step + 1} of ${steps.length})`, shown(number(value)), shown(number(inPlane)), String(gap)]);
          assert.match(await slider.getAttribute("aria-valuetext"), new RegExp(`mse ${shown(number(value))}`));
        };
        await check(299);
        const [map, surface] = [await pixels(page, "#map"), await pixels(page, "#surface")];
        await slider.focus();
        await page.keyboard.press("Home");
        await check(0);
        assert.notEqual(await pixels(page, "#map"), map);
        assert.notEqual(await pixels(page, "#surface"), surface);
        for (let press = 0; press < 7; press++) await page.keyboard.press("ArrowRight");
        await check(7);
        await slider.fill("123");
        await check(123);
        await page.locator("#play").click();
        await page.waitForFunction(() => Number(document.getElementById("step").value) > 126);
        await page.locator("#play").click();
        const stopped = Number(await slider.inputValue());
        await page.waitForTimeout(150);
        assert.equal(Number(await slider.inputValue()), stopped);
        await check(stopped);
      });
    });

    test(`the scale of the values is the reader's choice: ${where(options)}`, async () => {
      await visit("magnitudes", options, async page => {
        const log = [await pixels(page, "#map"), await pixels(page, "#surface")];
        assert.equal(await page.locator("#log").getAttribute("aria-pressed"), "true");
        await page.locator("#linear").click();
        await page.mouse.move(2, 2);
        const linear = [await pixels(page, "#map"), await pixels(page, "#surface")];
        linear.forEach((picture, index) => assert.notEqual(picture, log[index]));
        await page.locator("#log").click();
        await page.mouse.move(2, 2);
        assert.deepEqual([await pixels(page, "#map"), await pixels(page, "#surface")], log);
      });
      await visit("oblong", options, async page => {
        assert.ok(await page.locator("#log").isDisabled());
        assert.equal(await page.locator("#whynot").textContent(), "A logarithmic scale needs values above 0.");
      });
    });

    test(`curves are read off: ${where(options)}`, async () => {
      await visit("line", options, async page => {
        const { curves, steps } = expected("line").views[0];
        const x = curves[0].x.map(number);
        const plain = await pixels(page, "#map");
        for (const point of [0, 40, 57, 120, 199]) {
          await pointAt(page, (x[point] - x[0]) / (x.at(-1) - x[0]), 0.5);
          const texts = [x[point], ...curves.map(curve => number(curve.y[point]))].map(shown);
          assert.deepEqual(await reading(page, "node"), texts);
        }
        assert.notEqual(await pixels(page, "#map"), plain);
        await page.locator("#step").fill("3");
        const texts = await reading(page, "at");
        assert.equal(texts[0], `${steps[3].number} (4 of ${steps.length})`);
        assert.equal(texts[2], shown(number(steps[3].value)));
        assert.ok(await page.locator("#surface").isHidden());
      });
    });

    test(`nothing shifts, nothing overflows: ${where(options)}`, async () => {
      for (const name of ["bowl", "valleys", "line"]) {
        await visit(name, options, async page => {
          await pointAt(page, 0.3, 0.4);
          await page.locator("#step").first().evaluate(input => { input.value = 2; input.dispatchEvent(new Event("input")); });
          await settled(page);
          const { shift, wide } = await page.evaluate(() => new Promise(done => {
            new PerformanceObserver(list => done({ shift: list.getEntries().map(entry => entry.value), wide: 0 }))
              .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done({ shift: [], wide: document.documentElement.scrollWidth - innerWidth }), 200);
          }));
          assert.deepEqual([shift, wide <= 0], [[], true], name);
        });
      }
    });
  }
});

test("contours have the colours of their values, neither turned nor mirrored", async () => {
  for (const name of ["oblong", "gaps", "magnitudes", "valleys"]) {
    await visit(name, { width: 1280 }, async page => {
      await page.mouse.move(2, 2);
      // The picture without a path: colours of single pixels, and the bands that they must have.
      const found = await page.evaluate(([x, y, z]) => {
        const view = JSON.parse(document.getElementById("data").textContent).views[0];
        const scale = document.getElementById("log").getAttribute("aria-pressed") === "true" ? view.z.log : view.z.linear;
        const levels = scale.levels.map(([at]) => at);
        const shades = view.shades.match(/.{6}/g);
        const band = value => levels.filter(level => value >= level).length;
        const colour = index => "#" + shades[Math.round(index / levels.length * (shades.length - 1))];
        const canvas = document.getElementById("map");
        const [left, top, right, bottom] = canvas.dataset.field.split(" ").map(Number);
        const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const shares = values => values.map(value => (value - values[0]) / (values.at(-1) - values[0]));
        const [us, vs] = [shares(x), shares(y)];
        const results = { same: 0, gaps: 0, wrong: [] };
        for (let row = 0; row + 1 < y.length; row++) for (let column = 0; column + 1 < x.length; column++) {
          const first = row * x.length + column;
          const corners = [first, first + 1, first + x.length, first + x.length + 1].map(node => z[node]);
          const across = left + (us[column] + us[column + 1]) / 2 * (right - left);
          const down = bottom - (vs[row] + vs[row + 1]) / 2 * (bottom - top);
          const at = 4 * (Math.floor(down) * width + Math.floor(across));
          const seen = "#" + [0, 1, 2].map(part => data[at + part].toString(16).padStart(2, "0")).join("");
          if (!corners.every(Number.isFinite)) {
            results.gaps++;
            if (shades.includes(seen.slice(1))) results.wrong.push([column, row, seen, "a gap"]);
          } else if (new Set(corners.map(band)).size === 1) {
            if (seen === colour(band(corners[0]))) results.same++; else results.wrong.push([column, row, seen, colour(band(corners[0]))]);
          }
        }
        return results;
      }, Object.values((({ x, y, z }) => ({ x, y, z }))(nodes(name))));
      // A path, its marks and their labels cover a few cells.
      const cover = { gaps: 70, valleys: 120 }[name] ?? 0;
      assert.ok(found.same > 300, `${name}: ${found.same} cells`);
      assert.ok(found.wrong.length <= cover, `${name}: ${JSON.stringify(found.wrong.slice(0, 5))} of ${found.wrong.length}`);
      assert.equal(found.gaps > 0, name === "gaps");
    });
  }
});

test("nodes are reached by keys, and let go", async () => {
  await visit("oblong", {}, async page => {
    const grid = nodes("oblong");
    await page.locator("#map").focus();
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await reading(page, "node"), grid.at(15, 25).texts);
    for (const key of ["ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    assert.deepEqual(await reading(page, "node"), grid.at(16, 24).texts);
    await page.keyboard.press("Escape");
    assert.deepEqual(await reading(page, "node"), ["–", "–", "–"]);
  });
});

test("a finger reads, turns and zooms", async () => {
  await visit("bowl", { width: 390, hasTouch: true, isMobile: true }, async page => {
    const grid = nodes("bowl");
    await page.locator("#map").scrollIntoViewIfNeeded();
    const { left, top, right, bottom } = await field(page);
    const node = grid.at(10, 40);
    await page.touchscreen.tap(left + node.u * (right - left), bottom - node.v * (bottom - top));
    assert.deepEqual(await reading(page, "node"), node.texts);
    await page.locator("#surface").scrollIntoViewIfNeeded();
    const box = await page.locator("#surface").boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.touchscreen.tap(x, y);
    assert.ok((await reading(page, "node"))[0] !== "–");
    const touch = await page.context().newCDPSession(page);
    const send = (type, ...places) =>
      touch.send("Input.dispatchTouchEvent", { type, touchPoints: places.map(([x, y], id) => ({ x, y, id })) });
    const turns = [await pixels(page, "#surface")];
    for (const places of [[[[x, y]], [[x + 40, y + 30]]], [[[x - 20, y], [x + 20, y]], [[x - 50, y], [x + 50, y]]]]) {
      await send("touchStart", ...places[0]);
      await send("touchMove", ...places[1]);
      await send("touchEnd");
      const now = await pixels(page, "#surface");
      assert.ok(!turns.includes(now));
      turns.push(now);
    }
  });
});

test("views are chosen by tabs, also with keys", async () => {
  await visit("valleys", {}, async page => {
    const pictures = [];
    const tabs = page.locator("[role=tab]");
    await tabs.first().focus();
    for (const place of [0, 1, 2]) {
      assert.equal(await tabs.nth(place).getAttribute("aria-selected"), "true");
      assert.equal(await page.locator("[role=tabpanel]").getAttribute("aria-labelledby"), `tab${place}`);
      assert.equal(await page.locator(`[data-view="${place}"]`).isVisible(), true);
      assert.equal(await page.locator("[data-view]:visible").count(), 1);
      const now = await pixels(page, "#map");
      assert.ok(!pictures.includes(now));
      pictures.push(now);
      await page.keyboard.press("ArrowRight");
    }
    // Round to the first.
    assert.equal(await pixels(page, "#map"), pictures[0]);
  });
});

test("light and dark are the reader's choice", async () => {
  await visit("bowl", { dark: true }, async page => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = [await ground(), await pixels(page, "#surface")];
    await page.locator("#theme").click();
    await page.mouse.move(2, 2);
    const light = [await ground(), await pixels(page, "#surface")];
    assert.equal(dark[0], "rgb(20, 23, 28)");
    assert.equal(light[0], "rgb(255, 255, 255)");
    assert.notEqual(dark[1], light[1]);
    await page.locator("#theme").click();
    await page.mouse.move(2, 2);
    assert.deepEqual([await ground(), await pixels(page, "#surface")], dark);
  });
});

test("nothing moves by itself", async () => {
  for (const reducedMotion of ["reduce", "no-preference"]) {
    await visit("bowl", { reducedMotion }, async page => {
      const before = [await pixels(page, "#map"), await pixels(page, "#surface")];
      await page.waitForTimeout(400);
      assert.deepEqual([await pixels(page, "#map"), await pixels(page, "#surface")], before);
    });
  }
});

test("a large grid says how much of it is here, and what is here is as given", async () => {
  await visit("large", {}, async page => {
    const notes = await page.locator("[data-view] .quiet").allTextContents();
    assert.match(notes[0], /^So that the page stays small, \d+ × \d+ of the 301 × 201 nodes are here/);
    assert.match(notes[1], /^adam: 500 of 5,000 steps are here/);
    const grid = nodes("large");
    const seen = new Set();
    for (const [u, v] of [[0, 0], [1, 1], [0.31, 0.77], [0.5, 0.2], [0.93, 0.41]]) {
      await pointAt(page, u, v);
      const texts = await reading(page, "node");
      const [column, row] = [grid.x.map(shown).indexOf(texts[0]), grid.y.map(shown).indexOf(texts[1])];
      assert.deepEqual(texts, grid.at(column, row).texts);
      seen.add(texts.join());
    }
    assert.equal(seen.size, 5);
  });
});

test("texts are shown as they are", async () => {
  const bad = "</script><img src=x onerror=\"alert(1)\"><!-- & ' \u2028";
  await visit("hostile", {}, async page => {
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.title(), bad);
    assert.equal((await page.locator("h1").textContent()), bad);
    await pointAt(page, 0.5, 0.5);
    assert.equal(await page.locator("#node dt").first().textContent(), bad.trim());
    assert.equal(await page.locator("#legend li").first().textContent(), bad);
  });
});

test("screens of any width have room for it", async () => {
  for (const width of [360, 800, 1920, 3840]) {
    await visit("valleys", { width, height: width < 500 ? 740 : 1080 }, async page => {
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px`);
      const map = await page.locator("#map").boundingBox();
      assert.ok(map.width >= 250 && map.height >= 250 && map.height <= 1080, JSON.stringify(map));
    });
  }
  // As many pixels as the screen has.
  await visit("bowl", { width: 390, deviceScaleFactor: 3 }, async page => {
    const [inside, outside] = await page.locator("#surface").evaluate(canvas => [canvas.width, canvas.getBoundingClientRect().width]);
    assert.ok(Math.abs(inside - 3 * outside) <= 1);
  });
});

test("extremes are drawn and read off", async () => {
  await visit("extremes", { width: 390 }, async page => {
    const views = expected("extremes").views;
    const tabs = page.locator("[role=tab]");
    for (let place = 0; place < views.length; place++) {
      await tabs.nth(place).click();
      const { x, y, z, curves } = views[place];
      await pointAt(page, 0, 0);
      const first = curves ? [curves[0].x[0], curves[0].y[0]] : [x[0], y[0], z[0]];
      assert.deepEqual(await reading(page, "node"), first.map(text => shown(number(text))), `view ${place}`);
      await pointAt(page, 1, 1);
      const last = curves ? [curves[0].x.at(-1), curves[0].y.at(-1)] : [x.at(-1), y.at(-1), z.at(-1)];
      assert.deepEqual(await reading(page, "node"), last.map(text => shown(number(text))), `view ${place}`);
      if (!await page.locator("#log").isDisabled()) {
        await page.locator("#linear").click();
        await page.locator("#log").click();
      }
      await settled(page);
    }
  });
});
