// What differs between the major versions of the Vercel AI SDK. Everything else about the agent is the same for all.

import * as ai from 'ai';

// The loop over tools ends after so many steps: maxSteps until version 4, a condition since then.
export function endingAfter(steps) {
  return ai.stepCountIs ? { stopWhen: ai.stepCountIs(steps) } : { maxSteps: steps };
}

// Since version 7 telemetry is registered once; before, each call asks for it. Gives what a call takes.
export async function tracedAs(functionId, sessionId) {
  if (!ai.registerTelemetry) {
    return { experimental_telemetry: { isEnabled: true, functionId, metadata: { sessionId } } };
  }
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  ai.registerTelemetry(new OpenTelemetry({ runtimeContext: true }));
  return { runtimeContext: { sessionId }, telemetry: { functionId, includeRuntimeContext: { sessionId: true } } };
}

// Until version 4 a tool's schema is its `parameters`, and a tool that throws ends the run: it tells the model itself.
export function makeTool({ description, inputSchema, execute }) {
  if (ai.stepCountIs) return ai.tool({ description, inputSchema, execute });
  const telling = async (input) => {
    try {
      return await execute(input);
    } catch (error) {
      return `Error: ${error.message}`;
    }
  };
  return ai.tool({ description, parameters: inputSchema, execute: telling });
}
