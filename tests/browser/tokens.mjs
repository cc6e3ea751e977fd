// `tokens.mjs FOLDER`: counts the tokens of FOLDER/KIND-STEPS.summary by OpenAI's o200k_base and cl100k_base, and looks whether
// what was left out is said. Prints a line a summary; ends with 1 when one is too long.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(`${process.env.STROBE_BROWSER_DEPS}/`);
const tokenizers = {
  o200k_base: load('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: load('gpt-tokenizer/encoding/cl100k_base'),
};
const TOKENS_MAX = 4400;
// The guide's summary has about 4000; far fewer would be a summary that says too little of a long run.
const TOKENS_MIN = 2000;

const folder = process.argv[2];
let failed = 0;
const complain = (file, what) => {
  ++failed;
  console.log(`FAILED ${file}: ${what}`);
};
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.summary'))
  .sort();
if (files.length === 0) complain(folder, 'no summaries');
for (const file of files) {
  const text = readFileSync(join(folder, file), 'utf8');
  const summary = JSON.parse(text);
  const counts = Object.entries(tokenizers).map(([name, { encode }]) => [name, encode(text).length]);
  console.log(`${file}: ${text.length} characters, ${counts.map(([name, count]) => `${count} by ${name}`).join(', ')}`);
  for (const [name, count] of counts) {
    if (count > TOKENS_MAX) complain(file, `${count} tokens by ${name}, at most ${TOKENS_MAX}`);
    if (count < TOKENS_MIN && summary.metrics.steps > 100) complain(file, `only ${count} tokens by ${name}`);
  }
  const told = summary.iterationSummaries.length;
  if (told + summary.omitted.iterationSummaries !== summary.metrics.steps)
    complain(file, 'steps are neither told nor counted');
  if (summary.iterationSummaries[0].number !== 1) complain(file, 'the first step is missing');
  if (summary.iterationSummaries.at(-1).number !== summary.metrics.steps)
    complain(file, 'the last step is missing');
}
process.exit(failed > 0 ? 1 : 0);
