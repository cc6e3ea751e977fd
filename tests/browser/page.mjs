// A report in Debian's Chromium, and what the checks ask of it.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(`${process.env.STROBE_BROWSER_DEPS}/`)('playwright-core');

// What a report may consist of. Anything else came out of a trace.
const TAGS = (
  'html head meta title style body noscript header div h1 h2 h3 h4 span button p nav a main section dl dt dd ul li ol ' +
  'strong code details summary svg line text rect path canvas table thead tbody tr th td input select option pre footer script'
).split(' ');

export async function launch() {
  // Tests run as root in containers, where Chromium's sandbox cannot be set up; it only ever opens our own files.
  return chromium.launch({
    executablePath: process.env.STROBE_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
}

// Opens a file. `page.left` are requests for anything but it, `page.errors` what scripts threw and the policy refused.
export async function open(browser, file, { width = 1280, height = 900, colorScheme = 'light', hash = '' } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  const url = pathToFileURL(file).href;
  page.left = [];
  page.errors = [];
  page.on('request', (request) => request.url().split('#')[0] !== url && page.left.push(request.url()));
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && page.errors.push(message.text()));
  await page.goto(url + hash);
  await page.waitForSelector('.chunk', { state: 'attached' });
  return page;
}

// How long a page has for what it was told to do. A broken one has less.
export const patience = { ms: 10000 };

export function expect(holds, what) {
  if (!holds) throw new Error(what);
}

// Until the page says yes; an error with `what` when it never does.
export async function until(page, what, condition, argument) {
  try {
    await page.waitForFunction(condition, argument, { timeout: patience.ms });
  } catch {
    throw new Error(`never: ${what}`);
  }
}

export async function showSteps(page) {
  await page.evaluate(() => document.getElementById('steps').scrollIntoView());
  await until(page, 'rows of steps', () => document.querySelector('.row-head'));
}

export function elements(page) {
  return page.evaluate(() => document.querySelectorAll('*').length);
}

export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

// Elements and attributes that a report never makes.
export function strangers(page) {
  return page.evaluate((tags) => {
    const found = [];
    for (const element of document.querySelectorAll('*')) {
      if (!tags.includes(element.tagName.toLowerCase())) found.push(element.tagName);
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || name === 'src' || (name === 'href' && !value.startsWith('#')))
          found.push(`${name}=${value}`);
      }
    }
    return found;
  }, TAGS);
}
