// What a report has to do. Each check gets the browser and the files: plain, attack, long.

import { elements, expect, open, overflow, showSteps, strangers, until } from './page.mjs';

async function collapsesAndExpands(browser, { plain }) {
  const page = await open(browser, plain);
  await showSteps(page);
  const head = page.locator('[data-place="step-2"] .row-head');
  expect((await head.getAttribute('aria-expanded')) === 'false', 'a step is closed at first');
  await head.click();
  expect((await head.getAttribute('aria-expanded')) === 'true', 'a click opens it');
  const body = page.locator('[data-place="step-2"] .row-body');
  const text = await body.innerText();
  for (const part of ['I look at part 2.', 'arguments', 'src/part_2.cc', 'result', 'Answer']) {
    expect(text.includes(part), `an open step tells "${part}"`);
  }
  await head.press('Enter');
  expect((await body.count()) === 0, 'the keyboard closes it');
  expect(page.errors.length === 0, `no errors: ${page.errors}`);
}

async function chartsAreDrawn(browser, { plain }) {
  const page = await open(browser, plain);
  for (const series of ['#token-chart .cached', '#token-chart .fresh', '#token-chart .output', '#cost-chart .cost']) {
    const path = page.locator(`${series.split(' ')[0]} path${series.split(' ')[1]}`);
    expect((await path.count()) === 1, `${series} is there`);
    expect((await path.getAttribute('d')).length > 200, `${series} has bars`);
    expect((await path.boundingBox()).height > 2, `${series} is to be seen`);
  }
  const colors = await page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map();
    for (let i = 0; i < data.length; i += 4) {
      const key = data.slice(i, i + 4).join();
      if (data[i + 3] === 255) counts.set(key, (counts.get(key) || 0) + 1);
    }
    return [...counts.values()].filter((count) => count > 150).length;
  });
  expect(colors >= 4, `the timeline has bars of several kinds: ${colors}`);
  const bars = await page.locator('.tool-bar').evaluateAll((list) => list.map((bar) => bar.offsetWidth));
  expect(bars.length === 4 && bars.every((width) => width > 20), `tools have bars: ${bars}`);
}

async function isOpenInSight(page, place) {
  await until(
    page,
    `${place} open and in sight`,
    (name) => {
      const target = document.querySelector(`[data-place="${name}"]`);
      const row = target?.closest('.row');
      const top = target?.getBoundingClientRect().top;
      return (
        row?.querySelector('.row-head').getAttribute('aria-expanded') === 'true' &&
        top > -5 &&
        top < window.innerHeight - 20
      );
    },
    place,
  );
}

async function findingsLeadToSteps(browser, { plain }) {
  const page = await open(browser, plain);
  expect((await page.locator('.finding').count()) > 0, 'there are findings');
  const links = page.locator('.finding .place');
  for (const number of [0, (await links.count()) - 1]) {
    const place = (await links.nth(number).getAttribute('href')).slice(1);
    await links.nth(number).click();
    await isOpenInSight(page, place);
    await page.evaluate(() => window.scrollTo(0, 0));
  }
  const back = page.locator('.finding-note a').first();
  await back.click();
  await until(page, 'the finding in focus', () => document.activeElement?.classList.contains('finding'));
}

async function chartsLeadToSteps(browser, { plain }) {
  const page = await open(browser, plain);
  const box = await page.locator('#token-chart svg').boundingBox();
  await page.mouse.click(box.x + 60, box.y + 80);
  await until(page, 'a step that a bar led to', () => document.querySelector('.row-head[aria-expanded="true"]'));
  await page.close();
  const linked = await open(browser, plain, { hash: '#step-20-tool-1' });
  await isOpenInSight(linked, 'step-20-tool-1');
}

async function attacksStayText(browser, { attack }) {
  const page = await open(browser, attack);
  await showSteps(page);
  await page.getByText('Open all').click();
  await page.locator('details summary').evaluateAll((list) => list.forEach((summary) => summary.click()));
  for (let i = 0; i < 4; ++i) {
    await page.mouse.wheel(0, 1500);
    await page.mouse.move(300 + i, 300);
    await page.waitForTimeout(60);
  }
  expect((await page.evaluate(() => window.attacked)) === undefined, 'no script of a trace ran');
  const strange = await strangers(page);
  expect(strange.length === 0, `only our own elements: ${strange.slice(0, 3)}`);
  expect((await page.locator('script').count()) === 2, 'no further scripts');
  const text = await page.evaluate(() => document.body.textContent);
  for (const part of [
    '<img src=x',
    '</script><script>',
    'javascript:',
    '<svg onload',
    '<!--<script>',
    '@SCRIPT@',
    '\\u202e',
    '<iframe',
  ]) {
    expect(text.includes(part), `${part} is there as text`);
  }
  expect((await page.title()).includes('mender'), 'the title is one');
  expect(page.left.length === 0, `no request leaves the page: ${page.left}`);
  expect(page.errors.length === 0, `no errors: ${page.errors}`);
}

async function policyHolds(browser, { plain }) {
  const page = await open(browser, plain);
  const refused = [];
  page.on('requestfailed', (request) => request.failure().errorText === 'csp' && refused.push(request.url()));
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.attacked = 1';
    const image = document.createElement('img');
    image.src = 'http://192.0.2.1/a.png';
    document.body.append(script, image);
    return fetch('http://192.0.2.1/').catch(() => {});
  });
  expect((await page.evaluate(() => window.attacked)) === undefined, 'a foreign script does not run');
  await page.waitForTimeout(100);
  expect(page.left.length === refused.length, `no request leaves the page: ${page.left}`);
  expect(
    page.errors.filter((error) => error.includes('Content Security Policy')).length >= 3,
    'it is the policy that refuses',
  );
}

async function manyStepsStayQuick(browser, { long }) {
  const started = Date.now();
  const page = await open(browser, long);
  await showSteps(page);
  expect(Date.now() - started < 15000, `it opens in ${Date.now() - started} ms`);
  const atFirst = await elements(page);
  expect(atFirst < 8000, `elements at first: ${atFirst}`);
  const scrolling = Date.now();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await until(page, 'the last step', () =>
    [...document.querySelectorAll('.chunk')].at(-1).lastElementChild?.matches('.row'),
  );
  for (let i = 0; i < 10; ++i)
    await page.evaluate((share) => window.scrollTo(0, document.documentElement.scrollHeight * share), i / 10);
  expect(Date.now() - scrolling < 15000, `scrolling took ${Date.now() - scrolling} ms`);
  await page.evaluate(() => {
    location.hash = '#step-2500';
  });
  await isOpenInSight(page, 'step-2500');
  await page.getByText('Open all').click();
  await page.waitForTimeout(200);
  const atLast = await elements(page);
  expect(atLast < 20000, `elements at last: ${atLast}`);
  await page.getByLabel('Find in steps').fill('part_2499_1');
  await until(page, 'the filter', () => /^[1-9]\d? of 5,\d{3}$/.test(document.querySelector('.told').textContent));
}

// Of two colours as the page has them: 4.5 is what small text needs.
function contrast(text, ground) {
  const light = (color) => {
    const [r, g, b] = color.match(/\d+/g).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(text), light(ground)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

async function darkAndLight(browser, { plain }) {
  const grounds = [];
  for (const colorScheme of ['light', 'dark']) {
    const page = await open(browser, plain, { colorScheme });
    const colors = () =>
      page.evaluate(() =>
        ['body', '.note, .detail', '.badge', '.tile dt']
          .map((selector) => {
            const style = getComputedStyle(document.querySelector(selector));
            return style.color;
          })
          .concat(
            getComputedStyle(document.querySelector('.tile')).backgroundColor,
            getComputedStyle(document.body).backgroundColor,
          ),
      );
    const [text, note, badge, label, card, ground] = await colors();
    grounds.push(ground);
    for (const color of [text, note, badge, label]) {
      expect(contrast(color, card) >= 4.5, `${colorScheme}: ${color} on ${card} can be read`);
    }
    await page.locator('#theme').click();
    grounds.push((await colors()).at(-1));
    await page.close();
  }
  expect(grounds[0] !== grounds[2], 'dark follows the system');
  expect(grounds[0] === grounds[3] && grounds[1] === grounds[2], `the button turns it around: ${grounds}`);
}

async function fitsAPhone(browser, { plain, attack }) {
  for (const file of [plain, attack]) {
    const page = await open(browser, file, { width: 360, height: 780, hash: '#step-3' });
    await isOpenInSight(page, 'step-3');
    expect((await overflow(page)) <= 0, `nothing is wider than the window: ${await overflow(page)}`);
    await page.close();
  }
}

async function isAccessible(browser, { plain }) {
  const page = await open(browser, plain);
  await showSteps(page);
  const problems = await page.evaluate(() => {
    const found = [];
    if (document.querySelectorAll('h1').length !== 1) found.push('one h1');
    if (document.documentElement.lang !== 'en') found.push('a language');
    for (const control of document.querySelectorAll('button, a, input, select, canvas, svg')) {
      if (!(control.getAttribute('aria-label') || control.textContent.trim()))
        found.push(`a name for ${control.outerHTML.slice(0, 80)}`);
    }
    for (const section of document.querySelectorAll('main section')) {
      if (!section.getAttribute('aria-label') && !document.getElementById(section.getAttribute('aria-labelledby')))
        found.push(section.id);
    }
    return found;
  });
  expect(problems.length === 0, `missing: ${problems}`);
  await page.locator('#token-chart svg').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await until(page, 'a step by keyboard', () => document.querySelector('.row-head[aria-expanded="true"]'));
}

export const checks = {
  collapsesAndExpands,
  chartsAreDrawn,
  findingsLeadToSteps,
  chartsLeadToSteps,
  attacksStayText,
  policyHolds,
  manyStepsStayQuick,
  darkAndLight,
  fitsAPhone,
  isAccessible,
};
