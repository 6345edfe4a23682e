// A headless Chromium, driven over a pipe in its own protocol (DevTools): one
// page, real key presses, and a list of everything that went wrong in it.
'use strict';

const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const FLAGS = [
  '--headless', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars',
  '--window-size=1280,800', '--remote-debugging-pipe',
];
const SECONDS_TO_ANSWER = 30;

// What a key press is called in the protocol.
const CODES = {
  ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40,
  PageUp: 33, PageDown: 34, End: 35, Home: 36, Enter: 13, Tab: 9,
};

class Chromium {
  constructor() {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
    this.pending = new Map();
    this.listeners = [];
    this.serial = 0;
    this.rest = '';
    this.troubles = []; // errors, refusals of the page's policy
    this.requests = []; // addresses that were asked for
  }

  static async start() {
    const browser = new Chromium();
    await browser.launch();
    return browser;
  }

  async launch() {
    const root = process.getuid() === 0;
    const flags = [...FLAGS, `--user-data-dir=${this.profile}`];
    if (root) flags.push('--no-sandbox'); // it refuses to start else
    this.child = spawn(process.env.CHROMIUM || 'chromium', flags,
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.child.on('error', (e) => this.fail(e));
    this.child.on('exit', () => this.fail(new Error('chromium has ended')));
    this.child.stdio[4].on('data', (bytes) => this.read(bytes));
    this.child.stdio[3].on('error', () => {});
    await this.open();
  }

  // One page, attached to: its commands go with a session id.
  async open() {
    const { targetId } =
      await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget',
      { targetId, flatten: true });
    this.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) {
      await this.send(`${domain}.enable`);
    }
    this.on('Network.requestWillBeSent', (p) => this.requests.push(
      p.request.url));
    this.on('Runtime.exceptionThrown', (p) => this.troubles.push(
      p.exceptionDetails.exception?.description || p.exceptionDetails.text));
    this.on('Log.entryAdded', (p) => {
      if (p.entry.level === 'error') this.troubles.push(p.entry.text);
    });
  }

  // Messages end in a NUL.
  read(bytes) {
    const parts = (this.rest + bytes.toString('utf8')).split('\0');
    this.rest = parts.pop();
    for (const part of parts) this.take(JSON.parse(part));
  }

  take(message) {
    if (message.id === undefined) {
      for (const { method, tell } of this.listeners) {
        if (method === message.method) tell(message.params);
      }
      return;
    }
    const { resolve, reject, timer } = this.pending.get(message.id);
    this.pending.delete(message.id);
    clearTimeout(timer);
    if (message.error) reject(new Error(message.error.message));
    else resolve(message.result);
  }

  fail(error) {
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.pending.clear();
  }

  on(method, tell) { this.listeners.push({ method, tell }); }

  send(method, params = {}) {
    const id = ++this.serial;
    const message = { id, method, params };
    if (this.session) message.sessionId = this.session;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)),
        SECONDS_TO_ANSWER * 1000);
      this.pending.set(id, { resolve, reject, timer });
      this.child.stdio[3].write(JSON.stringify(message) + '\0');
    });
  }

  async visit(url) {
    const loaded = new Promise((resolve) => this.on('Page.loadEventFired',
      resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  // The value of an expression in the page; of a promise, what it comes to.
  async ask(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate',
      { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ||
        exceptionDetails.text);
    }
    return result.value;
  }

  // Ask until it is true; false: it did not become so.
  async becomes(expression, seconds) {
    const end = Date.now() + seconds * 1000;
    while (!await this.ask(expression)) {
      if (Date.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  }

  async wait(expression, seconds) {
    if (!await this.becomes(expression, seconds)) {
      throw new Error(`in vain: ${expression}`);
    }
  }

  async press(key) {
    const event = { key, code: key, windowsVirtualKeyCode: CODES[key] };
    await this.send('Input.dispatchKeyEvent',
      { type: 'rawKeyDown', ...event });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  async picture(file) {
    const { data } = await this.send('Page.captureScreenshot');
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  // What a screen reader has: roles and names, in reading order.
  async heard() {
    await this.send('Accessibility.enable');
    const { nodes } = await this.send('Accessibility.getFullAXTree');
    await this.send('Accessibility.disable'); // it slows every change
    return nodes.filter((node) => !node.ignored).map((node) => ({
      role: node.role?.value, name: node.name?.value || '',
    }));
  }

  async close() {
    const ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.send('Browser.close').catch(() => {});
    await ended;
    fs.rmSync(this.profile, { recursive: true, force: true });
  }
}

module.exports = { Chromium };
