"""Attribute keys of the telemetry dialects, whose spelling is public, for samples of packed spans."""

KEYS = """gen_ai.operation.name gen_ai.provider.name gen_ai.system gen_ai.output.type gen_ai.request.model
gen_ai.request.max_tokens gen_ai.request.temperature gen_ai.request.top_p gen_ai.request.top_k gen_ai.request.stream
gen_ai.request.stop_sequences gen_ai.request.seed gen_ai.request.choice.count gen_ai.request.frequency_penalty
gen_ai.request.presence_penalty gen_ai.response.id gen_ai.response.model gen_ai.response.finish_reasons
gen_ai.response.time_to_first_chunk gen_ai.usage.input_tokens gen_ai.usage.output_tokens gen_ai.usage.total_tokens
gen_ai.usage.prompt_tokens gen_ai.usage.completion_tokens gen_ai.usage.cache_read.input_tokens
gen_ai.usage.cache_creation.input_tokens gen_ai.usage.cache_write.input_tokens gen_ai.usage.cache_read_input_tokens
gen_ai.usage.cache_creation_input_tokens gen_ai.usage.reasoning.output_tokens gen_ai.usage.reasoning_tokens
gen_ai.usage.cost gen_ai.conversation.id gen_ai.agent.id gen_ai.agent.name gen_ai.agent.description gen_ai.workflow.name
gen_ai.system_instructions gen_ai.input.messages gen_ai.output.messages gen_ai.tool.definitions gen_ai.tool.name
gen_ai.tool.call.id gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.tool.description gen_ai.tool.type
gen_ai.data_source.id gen_ai.retrieval.query.text gen_ai.retrieval.documents gen_ai.embeddings.dimension.count
gen_ai.evaluation.name gen_ai.evaluation.score.value gen_ai.evaluation.score.label gen_ai.evaluation.explanation
gen_ai.system.message gen_ai.user.message gen_ai.assistant.message gen_ai.tool.message gen_ai.choice
gen_ai.client.inference.operation.details gen_ai.client.token.usage gen_ai.client.operation.duration gen_ai.token.type
gen_ai.prompt.0.role gen_ai.prompt.0.content gen_ai.prompt.1.role gen_ai.prompt.1.content gen_ai.prompt.2.tool_call_id
gen_ai.prompt.2.tool_calls.0.id gen_ai.prompt.2.tool_calls.0.name gen_ai.prompt.2.tool_calls.0.arguments
gen_ai.completion.0.role gen_ai.completion.0.content gen_ai.completion.0.finish_reason
gen_ai.completion.0.tool_calls.0.id gen_ai.completion.0.tool_calls.0.name gen_ai.completion.0.tool_calls.0.arguments
llm.request.type llm.is_streaming llm.usage.total_tokens llm.request.functions.0.name llm.request.functions.0.description
llm.request.functions.0.parameters llm.model_name llm.provider llm.system llm.invocation_parameters
llm.token_count.prompt llm.token_count.completion llm.token_count.total llm.token_count.prompt_details.cache_read
llm.token_count.prompt_details.cache_write llm.token_count.completion_details.reasoning llm.cost.total llm.finish_reason
llm.input_messages.0.message.role llm.input_messages.0.message.content
llm.input_messages.1.message.contents.0.message_content.type llm.input_messages.1.message.contents.0.message_content.text
llm.input_messages.2.message.tool_calls.0.tool_call.id llm.input_messages.2.message.tool_call_id
llm.input_messages.2.message.tool_calls.0.tool_call.function.name
llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments
llm.output_messages.0.message.role llm.output_messages.0.message.content
llm.output_messages.0.message.tool_calls.0.tool_call.function.name llm.tools.0.tool.json_schema
llm.prompt_template.template llm.prompt_template.variables openinference.span.kind input.value input.mime_type
output.value output.mime_type tool.name tool.description tool.parameters tool.id session.id user.id metadata tag.tags
graph.node.id graph.node.parent_id graph.node.name embedding.model_name retrieval.documents.0.document.content
retrieval.documents.0.document.id retrieval.documents.0.document.score ai.operationId ai.model.id ai.model.provider
ai.prompt ai.prompt.messages ai.prompt.tools ai.prompt.toolChoice ai.prompt.format ai.response.text ai.response.toolCalls
ai.response.object ai.response.reasoning ai.response.finishReason ai.response.id ai.response.model ai.response.timestamp
ai.response.msToFirstChunk ai.response.msToFinish ai.response.avgOutputTokensPerSecond ai.response.providerMetadata
ai.settings.maxRetries ai.settings.maxSteps ai.settings.maxOutputTokens ai.settings.temperature ai.settings.toolChoice
ai.telemetry.functionId ai.telemetry.metadata.sessionId ai.telemetry.metadata.userId ai.toolCall.name ai.toolCall.id
ai.toolCall.args ai.toolCall.result ai.usage.promptTokens ai.usage.completionTokens ai.usage.inputTokens
ai.usage.outputTokens ai.usage.totalTokens ai.usage.cachedInputTokens ai.usage.reasoningTokens
ai.usage.inputTokenDetails.cacheReadTokens ai.usage.inputTokenDetails.cacheWriteTokens
ai.usage.outputTokenDetails.reasoningTokens ai.generateText.doGenerate ai.streamText.doStream ai.generateObject
operation.name resource.name traceloop.span.kind traceloop.entity.name traceloop.entity.path traceloop.entity.input
traceloop.entity.output traceloop.workflow.name traceloop.association.properties.session_id
traceloop.association.properties.user_id langfuse.observation.type langfuse.observation.input
langfuse.observation.output langfuse.observation.model.name langfuse.observation.usage_details
langfuse.observation.cost_details langfuse.session.id langfuse.trace.name langsmith.span.kind langsmith.metadata.thread_id
langsmith.trace.name mlflow.spanType mlflow.spanInputs mlflow.spanOutputs mlflow.chat.tokenUsage mlflow.chat.tools
mlflow.traceRequestId logfire.msg logfire.msg_template logfire.span_type logfire.json_schema
model_request_parameters pydantic_ai.all_messages gen_ai.aggregated_usage.input_tokens gcp.vertex.agent.llm_request
gcp.vertex.agent.llm_response gcp.vertex.agent.invocation_id gcp.vertex.agent.session_id gcp.vertex.agent.event_id
gcp.vertex.agent.tool_call_args gcp.vertex.agent.tool_response event_loop.cycle_id event_loop.parent_cycle_id
lk.agent_name lk.chat_ctx lk.function_tool.name lk.function_tool.output lk.response.ttft copilot_chat.chat_session_id
copilot_chat.turn.index copilot_chat.time_to_first_token github.copilot.turn_id github.copilot.cost
github.copilot.nano_aiu claude_code.interaction claude_code.llm_request claude_code.tool claude_code.api_request
claude_code.user_prompt claude_code.tool_result codex.sse_event codex.user_prompt codex.tool_result
codex.tool_decision codex.turn.token_usage gemini_cli.api_response gemini_cli.tool_call gemini_cli.user_prompt
input_token_count output_token_count cached_token_count reasoning_token_count cache_read_tokens
cache_creation_tokens cost_usd duration_ms ttft_ms tool_name tool_use_id tool_input decision success request_id
prompt.id event.name event.timestamp event.sequence terminal.type user.account_uuid organization.id
mcp.method.name mcp.session.id mcp.protocol.version jsonrpc.request.id network.transport error.type error.message
exception.type exception.message exception.stacktrace server.address server.port http.request.method
http.response.status_code url.full url.path http.route db.system.name db.query.text db.collection.name code.function.name
code.file.path code.line.number thread.id thread.name service.name service.version service.namespace service.instance.id
deployment.environment.name telemetry.sdk.name telemetry.sdk.language telemetry.sdk.version process.pid
process.executable.name process.command_args process.runtime.name process.runtime.version host.name host.arch os.type
os.version container.id k8s.pod.name k8s.namespace.name""".split()
