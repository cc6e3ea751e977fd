// A small coding agent on the Vercel AI SDK, traced the way its documentation says: OpenTelemetry's Node SDK, set up by
// nothing but OTEL_* variables, and the SDK's own telemetry. It knows nothing of Strobe.
//
//   node agent.mjs --workspace DIR [--api chat|responses] [--stream]
//
// The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.

import { parseArgs } from 'node:util';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import { endingAfter, tracedAs } from './sdk.mjs';
import { makeTools } from './tools.mjs';

const SYSTEM = `You are a careful programmer working in a small Python project.
Look before you change anything, keep changes small, and run the tests when you are done.
Paths are relative to the project. Say in a sentence what you are about to do, then do it.`;

const TASK = 'Since the bulk discount was added, one of the tests fails. Find out why and mend it.';

function readOptions() {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      api: { type: 'string', default: 'chat' },
      stream: { type: 'boolean', default: false },
    },
  });
  if (!values.workspace || !['chat', 'responses'].includes(values.api)) {
    console.error('usage: agent.mjs --workspace DIR [--api chat|responses] [--stream]');
    process.exit(2);
  }
  return values;
}

async function request(options) {
  const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, compatibility: 'strict' });
  const sessionId = process.env.AGENT_SESSION_ID ?? 'vercel-agent';
  return {
    model: options.api === 'chat' ? openai.chat('gpt-5-mini') : openai.responses('gpt-5-mini'),
    system: SYSTEM,
    prompt: TASK,
    tools: makeTools(options.workspace),
    ...endingAfter(12),
    ...(await tracedAs('coding-agent', sessionId)),
    ...(options.api === 'responses' && {
      providerOptions: { openai: { store: false, reasoningSummary: 'auto', include: ['reasoning.encrypted_content'] } },
    }),
  };
}

async function run(options) {
  if (!options.stream) return (await generateText(await request(options))).text;
  // streamText does not throw: what goes wrong arrives here, and the text just ends.
  let failure;
  const result = streamText({ ...(await request(options)), onError: ({ error }) => (failure = error) });
  for await (const text of result.textStream) process.stderr.write(text);
  process.stderr.write('\n');
  if (failure) throw failure;
  const steps = await result.steps;
  return steps[steps.length - 1].text;
}

const telemetry = new NodeSDK({ serviceName: process.env.OTEL_SERVICE_NAME ?? 'vercel-agent' });
telemetry.start();
try {
  console.log(await run(readOptions()));
} catch (error) {
  console.error(`agent failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await telemetry.shutdown();
}
