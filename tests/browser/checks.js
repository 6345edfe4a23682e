// Counts what held and what did not, and says the latter.
'use strict';

const fs = require('fs');

let passed = 0;
let failed = 0;

function check(what, holds, ...details) {
  if (holds) {
    passed++;
    return;
  }
  failed++;
  console.log(`FAIL  ${what}`);
  for (const detail of details) {
    console.log('      ' + String(JSON.stringify(detail)).slice(0, 400));
  }
}

function equal(what, found, expected) {
  check(what, JSON.stringify(found) === JSON.stringify(expected),
    { found, expected });
}

// The last line, the line for the total of all tests, the exit status.
function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  if (process.env.TOTALS) {
    fs.appendFileSync(process.env.TOTALS, `${passed} ${failed}\n`);
  }
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

module.exports = { check, equal, finish };
