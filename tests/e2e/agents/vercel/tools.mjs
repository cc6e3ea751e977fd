// The tools of the agent. A tool that throws is a failed tool: the SDK tells the model, and the run goes on.

import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { makeTool } from './sdk.mjs';

const TEST_TIMEOUT_MS = 20_000;

function inside(workspace, path) {
  const full = resolve(workspace, path);
  if (full !== workspace && !full.startsWith(workspace + '/')) throw new Error(`outside the project: ${path}`);
  return full;
}

async function listFiles(workspace, path) {
  const entries = await readdir(inside(workspace, path), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(workspace, join(entry.parentPath ?? entry.path, entry.name))).sort();
}

async function readText(workspace, path) {
  try {
    return await readFile(inside(workspace, path), 'utf8');
  } catch (error) {
    throw error.code === 'ENOENT' ? new Error(`no such file: ${path}`) : error;
  }
}

async function editFile(workspace, { path, find, replace }) {
  const before = await readText(workspace, path);
  const places = before.split(find).length - 1;
  if (places !== 1) throw new Error(`found ${places} times in ${path}, expected once: ${find}`);
  await writeFile(inside(workspace, path), before.replace(find, () => replace));
  return `edited ${path}`;
}

function runTests(workspace, pattern) {
  const args = ['-B', '-m', 'unittest', 'discover', '-v', '-t', '.', '-s', 'tests', '-p', pattern];
  const options = { cwd: workspace, timeout: TEST_TIMEOUT_MS };
  return new Promise((done) => {
    execFile('python3', args, options, (error, stdout, stderr) => {
      done({ passed: error === null, output: (stdout + stderr).replaceAll(workspace + '/', '') });
    });
  });
}

export function makeTools(folder) {
  const workspace = resolve(folder);
  return {
    list_files: makeTool({
      description: 'Lists the files below a folder of the project.',
      inputSchema: z.object({ path: z.string() }),
      execute: ({ path }) => listFiles(workspace, path),
    }),
    read_file: makeTool({
      description: 'Reads a text file of the project.',
      inputSchema: z.object({ path: z.string() }),
      execute: ({ path }) => readText(workspace, path),
    }),
    edit_file: makeTool({
      description: 'Replaces a text that occurs exactly once in a file.',
      inputSchema: z.object({ path: z.string(), find: z.string(), replace: z.string() }),
      execute: (input) => editFile(workspace, input),
    }),
    run_tests: makeTool({
      description: 'Runs the tests whose file names match a pattern.',
      inputSchema: z.object({ pattern: z.string() }),
      execute: ({ pattern }) => runTests(workspace, pattern),
    }),
  };
}
