// A recorded page of HTML: stepped by keys, by buttons, by address; whole
// without its script; silent towards the network; heard by a screen reader.
'use strict';

const { check, equal } = require('./checks');

const sections = '[...document.querySelectorAll("section")]';
const shown = `${sections}.filter((s) => s.getClientRects().length > 0)`;
const current = `(() => { const [s] = ${shown}; return {
  index: ${sections}.indexOf(s), id: s.id, count: ${shown}.length,
  heading: s.querySelector('h2').innerText, place: s.dataset.page,
  picture: s.querySelector('pre').innerText }; })()`;

async function stepByKeys(browser, name, count) {
  const at = async () => (await browser.ask(current)).index;
  const press = async (key, expected) => {
    await browser.press(key);
    equal(`${name}: ${key}`, await at(), expected);
  };
  equal(`${name}: one screen is seen`,
    (await browser.ask(current)).count, 1);
  await press('ArrowRight', 1);
  await press('ArrowRight', 2);
  await press('ArrowLeft', 1);
  await press('PageDown', 2);
  await press('PageUp', 1);
  await press('ArrowDown', 2);
  await press('ArrowUp', 1);
  await press('End', count - 1);
  await press('ArrowRight', count - 1);
  await press('Home', 0);
  await press('ArrowLeft', 0);
}

// From the first screen to the last: pages count up, every screen has text.
async function walk(browser, name, count) {
  let last = 0;
  for (let i = 0; i < count; i++) {
    const { heading, place, picture, index } = await browser.ask(current);
    const page = Number(/^(\d+)\/\d+$/.exec(place)?.[1]);
    check(`${name}: screen ${i} stands on its page`,
      index === i && page >= last &&
      picture.includes(` · ${page}/`) && /^(emb|answer)>/m.test(picture),
      heading, picture);
    last = page;
    await browser.press('ArrowRight');
  }
}

async function stepByButtons(browser, name, count) {
  const click = async (label, expected) => {
    await browser.ask(`[...document.querySelectorAll('button')].find(
      (b) => b.textContent.includes('${label}')).click()`);
    const { index } = await browser.ask(current);
    equal(`${name}: button ${label}`, index, expected);
    check(`${name}: ${label} is said`, (await browser.ask(
      'document.querySelector("[aria-live]").textContent'))
      .includes(`screen ${expected + 1} of ${count}`));
  };
  await click('Next', 1);
  await click('Last', count - 1);
  await click('Back', count - 2);
  await click('First', 0);
}

async function followAddress(browser, name, url, ids) {
  for (const id of ids) {
    await browser.ask(`void (location.hash = '#${id}')`);
    await browser.wait(`(${current}).index === ${sections}.indexOf(
      document.getElementById('${id}').closest('section'))`, 5);
  }
  await browser.visit('about:blank');
  await browser.visit(`${url}#${ids.at(-1)}`);
  check(`${name}: an address leads to its screen`, (await browser.ask(current))
    .id === ids.at(-1));
  await browser.press('ArrowRight');
  check(`${name}: the address goes along`, (await browser.ask(
    `location.hash === '#' + (${current}).id`)));
}

async function readWithoutScript(browser, name, url, count) {
  await browser.send('Emulation.setScriptExecutionDisabled', { value: true });
  await browser.visit('about:blank');
  await browser.visit(url);
  equal(`${name}: without script all screens are seen`,
    await browser.ask(`${shown}.length`), count);
  equal(`${name}: ... and no dead buttons`, await browser.ask(
    `[...document.querySelectorAll('button')].filter(
      (b) => b.getClientRects().length > 0).length`), 0);
  await browser.send('Emulation.setScriptExecutionDisabled', { value: false });
}

// Frames and columns of numbers are not read aloud; the words are.
async function listen(browser, name, url, words) {
  await browser.visit('about:blank');
  await browser.visit(url);
  const heard = await browser.heard();
  const said = heard.map((node) => node.name).join('\n');
  check(`${name}: headings are heard`, heard.filter(
    (node) => node.role === 'heading').length === 2, heard.length);
  check(`${name}: buttons have names`, heard.filter(
    (node) => node.role === 'button' && node.name).length === 4);
  check(`${name}: no frame is heard`, !/[│╭╰]/.test(said));
  for (const word of words) {
    check(`${name}: "${word}" is heard`, said.includes(word), said);
  }
}

// Selecting all of a screen gives its rows, as they stand on a terminal.
async function select(browser, name) {
  const rows = (await browser.ask(`(() => { const [s] = ${shown};
    getSelection().selectAllChildren(s.querySelector('pre'));
    return getSelection().toString(); })()`)).split('\n');
  check(`${name}: a screen is 24 rows of text`, rows.length >= 24, rows);
  check(`${name}: its frames stand below each other`, rows.filter(
    (row) => row.includes('│')).length > 5, rows);
}

// On a phone the letters can be read; a screen scrolls in its frame, if at all.
async function holdPhone(browser, name) {
  for (const [width, height] of [[360, 740], [740, 360]]) {
    await browser.send('Emulation.setDeviceMetricsOverride',
      { width, height, deviceScaleFactor: 3, mobile: true });
    const { size, beyond } = await browser.ask(`(() => {
      const [s] = ${shown}; const root = document.documentElement;
      return { size: parseFloat(
        getComputedStyle(s.querySelector('pre')).fontSize),
        beyond: root.scrollWidth - root.clientWidth }; })()`);
    check(`${name}: letters at ${width}x${height}`, size >= 11, size);
    equal(`${name}: nothing is beside ${width}x${height}`, beyond, 0);
  }
  await browser.send('Emulation.clearDeviceMetricsOverride', {});
}

// From end to end, and nothing is loaded but the page.
async function leafThrough(browser, name, url) {
  browser.requests.length = 0;
  await browser.visit(url);
  const count = await browser.ask(`${sections}.length`);
  check(`${name}: there are screens`, count > 5, count);
  await walk(browser, name, count);
  const foreign = browser.requests.filter(
    (address) => address !== url && !address.endsWith('/favicon.ico'));
  equal(`${name}: nothing else is loaded`, foreign, []);
  return count;
}

async function checkPage(browser, name, url, { ids, words }) {
  const count = await leafThrough(browser, name, url);
  await browser.press('Home');
  await stepByKeys(browser, name, count);
  await stepByButtons(browser, name, count);
  await select(browser, name);
  await holdPhone(browser, name);
  await followAddress(browser, name, url, ids);
  await readWithoutScript(browser, name, url, count);
  await listen(browser, name, url, words);
}

module.exports = { checkPage, leafThrough, current };
