// `report.mjs FOLDER`: looks at FOLDER/plain.html, attack.html and long.html. `report.mjs --broken FOLDER=CHECK...`: one check
// each, which has to fail. Prints a line a check; ends with 1 when one did not go as it should.

import { basename, join } from 'node:path';

import { checks } from './checks.mjs';
import { launch, patience } from './page.mjs';

const browser = await launch();

// What is wrong with the folder's reports by this check; empty: nothing.
async function complaint(folder, check) {
  const files = Object.fromEntries(['plain', 'attack', 'long'].map((name) => [name, join(folder, `${name}.html`)]));
  try {
    await checks[check](browser, files);
    return '';
  } catch (error) {
    return error.message || 'failed';
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
}

const isBroken = process.argv[2] === '--broken';
if (isBroken) patience.ms = 3000;
const rounds = isBroken
  ? process.argv.slice(3).map((round) => round.split('='))
  : Object.keys(checks).map((check) => [process.argv[2], check]);
let failed = 0;
for (const [folder, check] of rounds) {
  const started = Date.now();
  const said = await complaint(folder, check);
  const isWell = Boolean(said) === isBroken;
  failed += isWell ? 0 : 1;
  console.log(
    `${isWell ? 'ok' : 'FAILED'} ${isBroken ? `${basename(folder)} ` : ''}${check} (${Date.now() - started} ms) ${said}`,
  );
}
const unseen = isBroken ? Object.keys(checks).filter((check) => !rounds.some((round) => round[1] === check)) : [];
if (unseen.length) console.log(`FAILED no report is broken for ${unseen}`);
await browser.close();
process.exit(failed > 0 || unseen.length > 0 ? 1 : 0);
