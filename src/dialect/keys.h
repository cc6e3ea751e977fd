#pragma once

#include <cstdint>
#include <string_view>

namespace strobe::dialect {

// Every attribute that some dialect reads, as X(enumerator, spelling). Facts and precedence: dialects.md 0.2. Adding
// one is a line here; Fields finds it in its one pass over a span's attributes.
#define STROBE_DIALECT_KEYS(X)                                                        \
  /* session, agent, error, tool: shared by several dialects */                       \
  X(langfuse_session_id, "langfuse.session.id")                                       \
  X(session_id, "session.id")                                                         \
  X(traceloop_session_id, "traceloop.association.properties.session_id")              \
  X(agent_name, "agent.name")                                                         \
  X(graph_node_name, "graph.node.name")                                               \
  X(error_type, "error.type")                                                         \
  X(logfire_span_type, "logfire.span_type")                                           \
  X(operation_cost, "operation.cost")                                                 \
  X(mcp_method_name, "mcp.method.name")                                               \
  /* Strobe's own run span */                                                         \
  X(strobe_run_command, "strobe.run.command")                                         \
  X(strobe_run_cancelled, "strobe.run.cancelled")                                     \
  X(process_exit_code, "process.exit.code")                                           \
  /* OTel GenAI */                                                                    \
  X(gen_ai_operation_name, "gen_ai.operation.name")                                   \
  X(gen_ai_provider_name, "gen_ai.provider.name")                                     \
  X(gen_ai_system, "gen_ai.system")                                                   \
  X(gen_ai_conversation_id, "gen_ai.conversation.id")                                 \
  X(gen_ai_agent_name, "gen_ai.agent.name")                                           \
  X(gen_ai_agent_id, "gen_ai.agent.id")                                               \
  X(gen_ai_workflow_name, "gen_ai.workflow.name")                                     \
  X(gen_ai_request_model, "gen_ai.request.model")                                     \
  X(gen_ai_response_model, "gen_ai.response.model")                                   \
  X(gen_ai_response_id, "gen_ai.response.id")                                         \
  X(gen_ai_response_finish_reasons, "gen_ai.response.finish_reasons")                 \
  X(gen_ai_response_finish_reason, "gen_ai.response.finish_reason")                   \
  X(gen_ai_response_time_to_first_chunk, "gen_ai.response.time_to_first_chunk")       \
  X(gen_ai_client_time_to_first_chunk, "gen_ai.client.operation.time_to_first_chunk") \
  X(gen_ai_request_previous_response_id, "gen_ai.request.previous_response.id")       \
  X(gen_ai_input_messages, "gen_ai.input.messages")                                   \
  X(gen_ai_output_messages, "gen_ai.output.messages")                                 \
  X(gen_ai_system_instructions, "gen_ai.system_instructions")                         \
  X(gen_ai_tool_definitions, "gen_ai.tool.definitions")                               \
  X(gen_ai_tool_name, "gen_ai.tool.name")                                             \
  X(gen_ai_tool_call_id, "gen_ai.tool.call.id")                                       \
  X(gen_ai_tool_call_id_old, "gen_ai.tool.call_id")                                   \
  X(gen_ai_tool_call_arguments, "gen_ai.tool.call.arguments")                         \
  X(gen_ai_tool_call_result, "gen_ai.tool.call.result")                               \
  X(gen_ai_usage_input, "gen_ai.usage.input_tokens")                                  \
  X(gen_ai_usage_prompt, "gen_ai.usage.prompt_tokens")                                \
  X(gen_ai_usage_output, "gen_ai.usage.output_tokens")                                \
  X(gen_ai_usage_completion, "gen_ai.usage.completion_tokens")                        \
  X(gen_ai_usage_total, "gen_ai.usage.total_tokens")                                  \
  X(llm_usage_total, "llm.usage.total_tokens")                                        \
  X(gen_ai_usage_cache_read, "gen_ai.usage.cache_read.input_tokens")                  \
  X(gen_ai_usage_cache_read_flat, "gen_ai.usage.cache_read_input_tokens")             \
  X(gen_ai_usage_cache_read_livekit, "gen_ai.usage.input_cached_tokens")              \
  X(gen_ai_usage_cache_read_details, "gen_ai.usage.details.cache_read_tokens")        \
  X(gen_ai_usage_cache_write, "gen_ai.usage.cache_write.input_tokens")                \
  X(gen_ai_usage_cache_creation, "gen_ai.usage.cache_creation.input_tokens")          \
  X(gen_ai_usage_cache_creation_flat, "gen_ai.usage.cache_creation_input_tokens")     \
  X(gen_ai_usage_cache_write_flat, "gen_ai.usage.cache_write_input_tokens")           \
  X(gen_ai_usage_cache_write_details, "gen_ai.usage.details.cache_write_tokens")      \
  X(gen_ai_usage_reasoning, "gen_ai.usage.reasoning.output_tokens")                   \
  X(gen_ai_usage_reasoning_flat, "gen_ai.usage.reasoning_output_tokens")              \
  X(gen_ai_usage_reasoning_short, "gen_ai.usage.reasoning_tokens")                    \
  X(llm_usage_reasoning, "llm.usage.reasoning_tokens")                                \
  X(gen_ai_usage_cost, "gen_ai.usage.cost")                                           \
  X(gen_ai_cost_total, "gen_ai.cost.total_cost")                                      \
  /* OpenInference */                                                                 \
  X(openinference_span_kind, "openinference.span.kind")                               \
  X(input_value, "input.value")                                                       \
  X(input_mime_type, "input.mime_type")                                               \
  X(output_value, "output.value")                                                     \
  X(output_mime_type, "output.mime_type")                                             \
  X(llm_model_name, "llm.model_name")                                                 \
  X(llm_request_model_name, "llm.request.model_name")                                 \
  X(llm_response_model_name, "llm.response.model_name")                               \
  X(embedding_model_name, "embedding.model_name")                                     \
  X(reranker_model_name, "reranker.model_name")                                       \
  X(llm_provider, "llm.provider")                                                     \
  X(llm_system, "llm.system")                                                         \
  X(llm_invocation_parameters, "llm.invocation_parameters")                           \
  X(embedding_invocation_parameters, "embedding.invocation_parameters")               \
  X(llm_finish_reason, "llm.finish_reason")                                           \
  X(llm_token_prompt, "llm.token_count.prompt")                                       \
  X(llm_token_completion, "llm.token_count.completion")                               \
  X(llm_token_total, "llm.token_count.total")                                         \
  X(llm_token_cache_read, "llm.token_count.prompt_details.cache_read")                \
  X(llm_token_cache_write, "llm.token_count.prompt_details.cache_write")              \
  X(llm_token_reasoning, "llm.token_count.completion_details.reasoning")              \
  X(llm_cost_total, "llm.cost.total")                                                 \
  X(tool_name, "tool.name")                                                           \
  X(tool_id, "tool.id")                                                               \
  X(tool_call_id, "tool_call.id")                                                     \
  X(tool_parameters, "tool.parameters")                                               \
  /* Vercel AI SDK */                                                                 \
  X(ai_operation_id, "ai.operationId")                                                \
  X(ai_function_id, "ai.telemetry.functionId")                                        \
  X(ai_metadata_session_id, "ai.telemetry.metadata.sessionId")                        \
  X(ai_metadata_session_id_snake, "ai.telemetry.metadata.session_id")                 \
  X(ai_context_session_id, "ai.settings.context.sessionId")                           \
  X(ai_runtime_context_session_id, "ai.settings.runtimeContext.sessionId")            \
  X(ai_model_id, "ai.model.id")                                                       \
  X(ai_model_provider, "ai.model.provider")                                           \
  X(ai_prompt, "ai.prompt")                                                           \
  X(ai_prompt_messages, "ai.prompt.messages")                                         \
  X(ai_prompt_tools, "ai.prompt.tools")                                               \
  X(ai_response_text, "ai.response.text")                                             \
  X(ai_response_reasoning, "ai.response.reasoning")                                   \
  X(ai_response_object, "ai.response.object")                                         \
  X(ai_response_files, "ai.response.files")                                           \
  X(ai_response_tool_calls, "ai.response.toolCalls")                                  \
  X(ai_response_finish_reason, "ai.response.finishReason")                            \
  X(ai_response_id, "ai.response.id")                                                 \
  X(ai_response_model, "ai.response.model")                                           \
  X(ai_response_provider_metadata, "ai.response.providerMetadata")                    \
  X(ai_response_ms_to_first_chunk, "ai.response.msToFirstChunk")                      \
  X(ai_stream_ms_to_first_chunk, "ai.stream.msToFirstChunk")                          \
  X(ai_usage_input, "ai.usage.inputTokens")                                           \
  X(ai_usage_prompt, "ai.usage.promptTokens")                                         \
  X(ai_usage_tokens, "ai.usage.tokens")                                               \
  X(ai_usage_output, "ai.usage.outputTokens")                                         \
  X(ai_usage_completion, "ai.usage.completionTokens")                                 \
  X(ai_usage_total, "ai.usage.totalTokens")                                           \
  X(ai_usage_reasoning, "ai.usage.reasoningTokens")                                   \
  X(ai_usage_cached_input, "ai.usage.cachedInputTokens")                              \
  X(ai_usage_details_no_cache, "ai.usage.inputTokenDetails.noCacheTokens")            \
  X(ai_usage_details_cache_read, "ai.usage.inputTokenDetails.cacheReadTokens")        \
  X(ai_usage_details_cache_write, "ai.usage.inputTokenDetails.cacheWriteTokens")      \
  X(ai_usage_details_text, "ai.usage.outputTokenDetails.textTokens")                  \
  X(ai_usage_details_reasoning, "ai.usage.outputTokenDetails.reasoningTokens")        \
  X(ai_settings_max_output_tokens, "ai.settings.maxOutputTokens")                     \
  X(ai_settings_max_tokens, "ai.settings.maxTokens")                                  \
  X(ai_settings_temperature, "ai.settings.temperature")                               \
  X(ai_settings_top_p, "ai.settings.topP")                                            \
  X(ai_settings_top_k, "ai.settings.topK")                                            \
  X(ai_settings_frequency_penalty, "ai.settings.frequencyPenalty")                    \
  X(ai_settings_presence_penalty, "ai.settings.presencePenalty")                      \
  X(ai_settings_seed, "ai.settings.seed")                                             \
  X(ai_settings_stop_sequences, "ai.settings.stopSequences")                          \
  X(ai_toolcall_name, "ai.toolCall.name")                                             \
  X(ai_toolcall_id, "ai.toolCall.id")                                                 \
  X(ai_toolcall_args, "ai.toolCall.args")                                             \
  X(ai_toolcall_result, "ai.toolCall.result")

enum class Key : uint8_t {
#define STROBE_X(name, text) name,
  STROBE_DIALECT_KEYS(STROBE_X)
#undef STROBE_X
};

#define STROBE_X(name, text) +1
inline constexpr size_t k_key_count = 0 STROBE_DIALECT_KEYS(STROBE_X);
#undef STROBE_X

// The attribute's spelling.
std::string_view text_of(Key key);

}  // namespace strobe::dialect
