// A .cast in the asciinema player: played to its end, all markers seen on the
// way, and each marker's place shown when it is jumped to.
'use strict';

const fs = require('fs');
const { check, equal } = require('./checks');

const SPEED = 60; // times as fast

// The film's own events: [time, kind, data].
function readFilm(file) {
  const [header, ...events] = fs.readFileSync(file, 'utf8').trimEnd()
    .split('\n').map((line) => JSON.parse(line));
  return { header, events };
}

const text = `[...document.querySelectorAll('.ap-term .ap-line')].map(
  (line) => line.textContent.trimEnd())`;

async function begin(browser, server, name, options) {
  await browser.visit(`${server}/player.html`);
  await browser.ask(`begin(${JSON.stringify(name)},
    ${JSON.stringify(options)})`);
}

async function playToTheEnd(browser, server, name, film) {
  const markers = film.events.filter((event) => event[1] === 'm');
  await begin(browser, server, name, { autoPlay: true, speed: SPEED });
  await browser.wait('ended', 60);
  equal(`${name}: the markers, in their order`,
    await browser.ask('markers'), markers.filter((event) => event[0] > 0)
      .map((event) => event[2]));
  check(`${name}: it lasts as long as its last event says`,
    Math.abs(await browser.ask('player.getDuration()') -
      film.events.at(-1)[0]) < 0.01);
  // What is shown follows what is played, a frame of the browser later.
  const over = await browser.becomes(
    `${text}.some((row) => row.includes('the lesson is over'))`, 5);
  const screen = await browser.ask(text);
  equal(`${name}: rows`, screen.length, film.header.height);
  check(`${name}: it has come to its end`, over, screen);
  return screen;
}

// At a marker the film shows the page that has the place: pages says which.
async function jumpToMarkers(browser, server, name, film, pages) {
  const markers = film.events.filter((event) => event[1] === 'm');
  await begin(browser, server, name, {});
  for (let i = 0; i < markers.length; i++) {
    const page = pages[markers[i][2]];
    await browser.ask(`player.seek({ marker: ${i} })`);
    const there = await browser.becomes(
      `(${text}[0] + ' ').includes(' · ${page} ')`, 5);
    check(`${name}: marker ${markers[i][2]} shows page ${page}`, there,
      await browser.ask(text));
  }
}

module.exports = { readFilm, playToTheEnd, jumpToMarkers };
