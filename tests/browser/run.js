// run.js FOLDER PLAYER: what `make browser` recorded into FOLDER, in a real
// browser: LESSON.html and, of some, LESSON.cast. PLAYER: the folder of the
// asciinema player.
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const { Chromium } = require('./chromium');
const { check, finish } = require('./checks');
const film = require('./film');
const { checkPage, leafThrough, current } = require('./page');

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript',
  '.css': 'text/css', '.cast': 'text/plain; charset=utf-8',
};

// The files of these folders, on this machine only.
function serve(folders) {
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url, 'http://x').pathname);
    const file = folders.map((folder) => path.join(folder, name))
      .find((candidate) => fs.existsSync(candidate));
    if (!file) {
      response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[path.extname(name)] });
    fs.createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1',
    () => resolve(server)));
}

// The ids of a lesson's page, each with its place: { backward: "5/19" }.
function pagesOf(file) {
  const pages = {};
  const [, ...sections] = fs.readFileSync(file, 'utf8').split('<section');
  for (const section of sections) {
    const place = /data-page="(\d+\/\d+)"/.exec(section)?.[1];
    for (const [, id] of section.matchAll(/id="([^".]+)"/g)) pages[id] = place;
  }
  return pages;
}

function decode(text) {
  const characters = { quot: '"', lt: '<', gt: '>', amp: '&' };
  return text.replace(/&(quot|lt|gt|amp);/g, (all, name) => characters[name]);
}

// Some words of the lesson's first screen.
function wordsOf(file) {
  const first = /<div class="words">\s*<p>([^<]+)<\/p>/.exec(
    fs.readFileSync(file, 'utf8'));
  return first ? [decode(first[1].split('\n')[0])] : [];
}

// The last screen of the page is what the film ends with, but for the prompt
// and the border, which say that it is over.
async function compare(browser, name, server, screen) {
  await browser.visit(`${server}/${name}.html`);
  await browser.press('End');
  const { picture } = await browser.ask(current);
  const rows = picture.split('\n').map((row) => row.trimEnd());
  const same = screen.filter((row, i) => row === (rows[i] || '')).length;
  check(`${name}: film and page end alike`, same >= screen.length - 3,
    { same, screen, rows });
}

// A lesson with a film is looked at closely; of the others every screen.
async function checkLesson(browser, folder, server, name) {
  const html = path.join(folder, `${name}.html`);
  const cast = path.join(folder, `${name}.cast`);
  if (!fs.existsSync(cast)) {
    await leafThrough(browser, `${name}.html`, `${server}/${name}.html`);
    return;
  }
  const pages = pagesOf(html);
  await checkPage(browser, `${name}.html`, `${server}/${name}.html`,
    { ids: Object.keys(pages), words: wordsOf(html) });
  const recorded = film.readFilm(cast);
  const screen = await film.playToTheEnd(browser, server, `${name}.cast`,
    recorded);
  await film.jumpToMarkers(browser, server, `${name}.cast`, recorded, pages);
  await compare(browser, name, server, screen);
}

async function main(folder, player) {
  const lessons = fs.readdirSync(folder).filter((f) => f.endsWith('.html'))
    .map((f) => path.basename(f, '.html'));
  const listening = await serve([folder, __dirname, player]);
  const server = `http://127.0.0.1:${listening.address().port}`;
  const browser = await Chromium.start();
  try {
    for (const name of lessons) {
      await checkLesson(browser, folder, server, name);
      console.log(`ok    browser/${name}`);
    }
  } catch (error) {
    check('the browser does what it is asked', false, error.stack);
  }
  check('the pages have no errors', browser.troubles.length === 0,
    browser.troubles);
  await browser.close();
  listening.close();
  finish();
}

main(process.argv[2], process.argv[3]);
