#pragma once

#include <cstdint>
#include <string_view>

namespace strobe::dialect {

// Every attribute that some dialect reads, as X(enumerator, spelling). Facts and precedence: dialects.md 0.2. Adding
// one is a line here; Fields finds it in its one pass over a span's attributes.
#define STROBE_DIALECT_KEYS(X)                                                                     \
  /* session, agent, error, tool: shared by several dialects */                                    \
  X(langfuse_session_id, "langfuse.session.id")                                                    \
  X(session_id, "session.id")                                                                      \
  X(traceloop_session_id_camel, "traceloop.association.properties.sessionId")                      \
  X(traceloop_session_id, "traceloop.association.properties.session_id")                           \
  X(agent_name, "agent.name")                                                                      \
  X(graph_node_name, "graph.node.name")                                                            \
  X(error_type, "error.type")                                                                      \
  X(logfire_span_type, "logfire.span_type")                                                        \
  X(operation_cost, "operation.cost")                                                              \
  X(conversation_id, "conversation.id")                                                            \
  X(cost_usd, "cost_usd")                                                                          \
  X(cost_usd_micros, "cost_usd_micros")                                                            \
  X(ttft_ms, "ttft_ms")                                                                            \
  X(copilot_chat_time_to_first_token, "copilot_chat.time_to_first_token")                          \
  X(github_copilot_time_to_first_chunk, "github.copilot.time_to_first_chunk")                      \
  X(lk_response_ttft, "lk.response.ttft")                                                          \
  X(gen_ai_server_time_to_first_token, "gen_ai.server.time_to_first_token")                        \
  X(langfuse_completion_start_time, "langfuse.observation.completion_start_time")                  \
  X(mcp_method_name, "mcp.method.name")                                                            \
  /* Strobe's own run span */                                                                      \
  X(strobe_run_command, "strobe.run.command")                                                      \
  X(strobe_run_cancelled, "strobe.run.cancelled")                                                  \
  X(attocode_cancelled, "attocode.cancelled")                                                      \
  X(attocode_is_side_call, "attocode.isSideCall")                                                  \
  X(attocode_session_start_missing, "attocode.session_start_missing")                              \
  X(process_exit_code, "process.exit.code")                                                        \
  /* OTel GenAI */                                                                                 \
  X(gen_ai_operation_name, "gen_ai.operation.name")                                                \
  X(gen_ai_provider_name, "gen_ai.provider.name")                                                  \
  X(gen_ai_system, "gen_ai.system")                                                                \
  X(gen_ai_conversation_id, "gen_ai.conversation.id")                                              \
  X(gen_ai_agent_name, "gen_ai.agent.name")                                                        \
  X(gen_ai_agent_id, "gen_ai.agent.id")                                                            \
  X(gen_ai_workflow_name, "gen_ai.workflow.name")                                                  \
  X(gen_ai_request_model, "gen_ai.request.model")                                                  \
  X(gen_ai_response_model, "gen_ai.response.model")                                                \
  X(gen_ai_response_id, "gen_ai.response.id")                                                      \
  X(gen_ai_response_finish_reasons, "gen_ai.response.finish_reasons")                              \
  X(gen_ai_response_finish_reason, "gen_ai.response.finish_reason")                                \
  X(gen_ai_response_time_to_first_chunk, "gen_ai.response.time_to_first_chunk")                    \
  X(gen_ai_client_time_to_first_chunk, "gen_ai.client.operation.time_to_first_chunk")              \
  X(gen_ai_request_previous_response_id, "gen_ai.request.previous_response.id")                    \
  X(gen_ai_input_messages, "gen_ai.input.messages")                                                \
  X(gen_ai_output_messages, "gen_ai.output.messages")                                              \
  X(gen_ai_system_instructions, "gen_ai.system_instructions")                                      \
  X(gen_ai_tool_definitions, "gen_ai.tool.definitions")                                            \
  X(gen_ai_tool_name, "gen_ai.tool.name")                                                          \
  X(gen_ai_tool_call_id, "gen_ai.tool.call.id")                                                    \
  X(gen_ai_tool_call_id_old, "gen_ai.tool.call_id")                                                \
  X(gen_ai_tool_call_arguments, "gen_ai.tool.call.arguments")                                      \
  X(gen_ai_tool_call_result, "gen_ai.tool.call.result")                                            \
  X(gen_ai_usage_input, "gen_ai.usage.input_tokens")                                               \
  X(gen_ai_usage_prompt, "gen_ai.usage.prompt_tokens")                                             \
  X(gen_ai_usage_output, "gen_ai.usage.output_tokens")                                             \
  X(gen_ai_usage_completion, "gen_ai.usage.completion_tokens")                                     \
  X(gen_ai_usage_total, "gen_ai.usage.total_tokens")                                               \
  X(llm_usage_total, "llm.usage.total_tokens")                                                     \
  X(gen_ai_usage_cache_read, "gen_ai.usage.cache_read.input_tokens")                               \
  X(gen_ai_usage_cache_read_flat, "gen_ai.usage.cache_read_input_tokens")                          \
  X(gen_ai_usage_cache_read_livekit, "gen_ai.usage.input_cached_tokens")                           \
  X(gen_ai_usage_cache_read_details, "gen_ai.usage.details.cache_read_tokens")                     \
  X(gen_ai_usage_cache_write, "gen_ai.usage.cache_write.input_tokens")                             \
  X(gen_ai_usage_cache_creation, "gen_ai.usage.cache_creation.input_tokens")                       \
  X(gen_ai_usage_cache_creation_flat, "gen_ai.usage.cache_creation_input_tokens")                  \
  X(gen_ai_usage_cache_write_flat, "gen_ai.usage.cache_write_input_tokens")                        \
  X(gen_ai_usage_cache_write_details, "gen_ai.usage.details.cache_write_tokens")                   \
  X(gen_ai_usage_reasoning, "gen_ai.usage.reasoning.output_tokens")                                \
  X(gen_ai_usage_reasoning_flat, "gen_ai.usage.reasoning_output_tokens")                           \
  X(gen_ai_usage_reasoning_short, "gen_ai.usage.reasoning_tokens")                                 \
  X(gen_ai_usage_reasoning_details, "gen_ai.usage.details.reasoning_tokens")                       \
  X(llm_usage_reasoning, "llm.usage.reasoning_tokens")                                             \
  X(gen_ai_usage_cost, "gen_ai.usage.cost")                                                        \
  X(gen_ai_cost_total, "gen_ai.cost.total_cost")                                                   \
  X(gen_ai_tool_status, "gen_ai.tool.status")                                                      \
  X(openai_request_seed, "gen_ai.openai.request.seed")                                             \
  X(openai_request_response_format, "gen_ai.openai.request.response_format")                       \
  X(openai_request_service_tier_old, "gen_ai.openai.request.service_tier")                         \
  X(openai_request_service_tier, "openai.request.service_tier")                                    \
  X(mcp_request_argument, "mcp.request.argument")                                                  \
  X(mcp_response_value, "mcp.response.value")                                                      \
  X(rpc_response_status_code, "rpc.response.status_code")                                          \
  /* Semantic Kernel */                                                                            \
  X(sk_prompt_tokens, "gen_ai.response.prompt_tokens")                                             \
  X(sk_completion_tokens, "gen_ai.response.completion_tokens")                                     \
  X(sk_agent_input, "gen_ai.agent.invocation_input")                                               \
  X(sk_agent_output, "gen_ai.agent.invocation_output")                                             \
  /* Strands */                                                                                    \
  X(strands_cycle_id, "event_loop.cycle_id")                                                       \
  /* LiveKit */                                                                                    \
  X(lk_job_id, "lk.job_id")                                                                        \
  X(lk_room_name, "lk.room_name")                                                                  \
  X(lk_room_name_pii, "lk.pii.room_name")                                                          \
  X(lk_agent_name, "lk.agent_name")                                                                \
  X(lk_agent_label, "lk.agent_label")                                                              \
  X(lk_speech_id, "lk.speech_id")                                                                  \
  X(lk_instructions, "lk.instructions")                                                            \
  X(lk_instructions_pii, "lk.pii.instructions")                                                    \
  X(lk_chat_ctx, "lk.chat_ctx")                                                                    \
  X(lk_chat_ctx_pii, "lk.pii.chat_ctx")                                                            \
  X(lk_response_text, "lk.response.text")                                                          \
  X(lk_response_text_pii, "lk.pii.response.text")                                                  \
  X(lk_response_calls, "lk.response.function_calls")                                               \
  X(lk_response_calls_pii, "lk.pii.response.function_calls")                                       \
  X(lk_tool_id, "lk.function_tool.id")                                                             \
  X(lk_tool_name, "lk.function_tool.name")                                                         \
  X(lk_tool_is_error, "lk.function_tool.is_error")                                                 \
  X(lk_tool_arguments, "lk.function_tool.arguments")                                               \
  X(lk_tool_arguments_pii, "lk.pii.function_tool.arguments")                                       \
  X(lk_tool_output, "lk.function_tool.output")                                                     \
  X(lk_tool_output_pii, "lk.pii.function_tool.output")                                             \
  X(lk_llm_metrics, "lk.llm_metrics")                                                              \
  X(lk_retry_count, "lk.retry_count")                                                              \
  /* OpenInference */                                                                              \
  X(openinference_span_kind, "openinference.span.kind")                                            \
  X(input_value, "input.value")                                                                    \
  X(openinference_metadata, "metadata")                                                            \
  X(input_mime_type, "input.mime_type")                                                            \
  X(output_value, "output.value")                                                                  \
  X(output_mime_type, "output.mime_type")                                                          \
  X(llm_model_name, "llm.model_name")                                                              \
  X(llm_request_model_name, "llm.request.model_name")                                              \
  X(llm_response_model_name, "llm.response.model_name")                                            \
  X(embedding_model_name, "embedding.model_name")                                                  \
  X(reranker_model_name, "reranker.model_name")                                                    \
  X(llm_provider, "llm.provider")                                                                  \
  X(llm_system, "llm.system")                                                                      \
  X(llm_invocation_parameters, "llm.invocation_parameters")                                        \
  X(embedding_invocation_parameters, "embedding.invocation_parameters")                            \
  X(llm_finish_reason, "llm.finish_reason")                                                        \
  X(llm_token_prompt, "llm.token_count.prompt")                                                    \
  X(llm_token_completion, "llm.token_count.completion")                                            \
  X(llm_token_total, "llm.token_count.total")                                                      \
  X(llm_token_cache_read, "llm.token_count.prompt_details.cache_read")                             \
  X(llm_token_cache_input, "llm.token_count.prompt_details.cache_input")                           \
  X(llm_token_cache_write, "llm.token_count.prompt_details.cache_write")                           \
  X(llm_token_reasoning, "llm.token_count.completion_details.reasoning")                           \
  X(llm_cost_prompt, "llm.cost.prompt")                                                            \
  X(llm_cost_completion, "llm.cost.completion")                                                    \
  X(llm_cost_total, "llm.cost.total")                                                              \
  X(tool_name, "tool.name")                                                                        \
  X(tool_id, "tool.id")                                                                            \
  X(tool_call_id, "tool_call.id")                                                                  \
  X(tool_parameters, "tool.parameters")                                                            \
  /* pydantic-ai and Logfire */                                                                    \
  X(gen_ai_usage_details_cached, "gen_ai.usage.details.cached_tokens")                             \
  X(gen_ai_usage_details_cache_read_input, "gen_ai.usage.details.cache_read_input_tokens")         \
  X(gen_ai_usage_details_cache_creation_input, "gen_ai.usage.details.cache_creation_input_tokens") \
  X(gen_ai_usage_details_thoughts, "gen_ai.usage.details.thoughts_tokens")                         \
  X(role_events, "events")                                                                         \
  X(pydantic_all_messages, "pydantic_ai.all_messages")                                             \
  X(pydantic_all_messages_events, "all_messages_events")                                           \
  X(agent_name_plain, "agent_name")                                                                \
  X(pydantic_model_name, "model_name")                                                             \
  X(pydantic_final_result, "final_result")                                                         \
  X(model_request_parameters, "model_request_parameters")                                          \
  X(tool_arguments, "tool_arguments")                                                              \
  X(tool_response, "tool_response")                                                                \
  X(gen_ai_aggregated_input, "gen_ai.aggregated_usage.input_tokens")                               \
  X(gen_ai_aggregated_output, "gen_ai.aggregated_usage.output_tokens")                             \
  X(gen_ai_aggregated_cache_read, "gen_ai.aggregated_usage.cache_read.input_tokens")               \
  X(gen_ai_aggregated_cache_write, "gen_ai.aggregated_usage.cache_creation.input_tokens")          \
  X(gen_ai_aggregated_cache_read_details, "gen_ai.aggregated_usage.details.cache_read_tokens")     \
  X(gen_ai_aggregated_cache_write_details, "gen_ai.aggregated_usage.details.cache_write_tokens")   \
  X(gen_ai_aggregated_reasoning, "gen_ai.aggregated_usage.details.reasoning_tokens")               \
  X(logfire_duration, "duration")                                                                  \
  X(logfire_pending_parent_id, "logfire.pending_parent_id")                                        \
  X(logfire_msg_template, "logfire.msg_template")                                                  \
  X(logfire_msg, "logfire.msg")                                                                    \
  X(request_data, "request_data")                                                                  \
  X(response_data, "response_data")                                                                \
  X(gen_ai_usage_raw, "gen_ai.usage.raw")                                                          \
  /* Google ADK */                                                                                 \
  X(adk_llm_request, "gcp.vertex.agent.llm_request")                                               \
  X(adk_llm_response, "gcp.vertex.agent.llm_response")                                             \
  X(adk_tool_call_args, "gcp.vertex.agent.tool_call_args")                                         \
  X(adk_tool_response, "gcp.vertex.agent.tool_response")                                           \
  X(adk_session_id, "gcp.vertex.agent.session_id")                                                 \
  X(adk_invocation_id, "gcp.vertex.agent.invocation_id")                                           \
  X(adk_event_id, "gcp.vertex.agent.event_id")                                                     \
  X(adk_data, "gcp.vertex.agent.data")                                                             \
  /* OpenLLMetry, AgentOps */                                                                      \
  X(traceloop_span_kind, "traceloop.span.kind")                                                    \
  X(traceloop_entity_name, "traceloop.entity.name")                                                \
  X(traceloop_entity_input, "traceloop.entity.input")                                              \
  X(traceloop_entity_output, "traceloop.entity.output")                                            \
  X(traceloop_workflow_name, "traceloop.workflow.name")                                            \
  X(traceloop_thread_id, "traceloop.association.properties.thread_id")                             \
  X(llm_request_type, "llm.request.type")                                                          \
  X(llm_is_streaming, "llm.is_streaming")                                                          \
  X(gen_ai_is_streaming, "gen_ai.is_streaming")                                                    \
  X(llm_top_k, "llm.top_k")                                                                        \
  X(llm_frequency_penalty, "llm.frequency_penalty")                                                \
  X(llm_presence_penalty, "llm.presence_penalty")                                                  \
  X(llm_stop_sequences, "llm.chat.stop_sequences")                                                 \
  X(agentops_span_kind, "agentops.span.kind")                                                      \
  X(agentops_entity_name, "agentops.entity.name")                                                  \
  X(agentops_entity_input, "agentops.entity.input")                                                \
  X(agentops_entity_output, "agentops.entity.output")                                              \
  /* Langfuse */                                                                                   \
  X(langfuse_type, "langfuse.observation.type")                                                    \
  X(langfuse_input, "langfuse.observation.input")                                                  \
  X(langfuse_output, "langfuse.observation.output")                                                \
  X(langfuse_model, "langfuse.observation.model.name")                                             \
  X(langfuse_parameters, "langfuse.observation.model.parameters")                                  \
  X(langfuse_usage, "langfuse.observation.usage_details")                                          \
  X(langfuse_cost, "langfuse.observation.cost_details")                                            \
  X(langfuse_level, "langfuse.observation.level")                                                  \
  /* LangSmith */                                                                                  \
  X(langsmith_kind, "langsmith.span.kind")                                                         \
  X(langsmith_thread_id, "langsmith.metadata.thread_id")                                           \
  X(langsmith_session_id, "langsmith.metadata.session_id")                                         \
  X(langsmith_conversation_id, "langsmith.metadata.conversation_id")                               \
  X(langsmith_provider, "langsmith.metadata.ls_provider")                                          \
  X(langsmith_model, "langsmith.metadata.ls_model_name")                                           \
  X(gen_ai_prompt, "gen_ai.prompt")                                                                \
  X(gen_ai_completion, "gen_ai.completion")                                                        \
  X(gen_ai_input_token_details, "gen_ai.usage.input_token_details")                                \
  X(gen_ai_output_token_details, "gen_ai.usage.output_token_details")                              \
  /* MLflow: every value is a JSON text */                                                         \
  X(mlflow_type, "mlflow.spanType")                                                                \
  X(mlflow_inputs, "mlflow.spanInputs")                                                            \
  X(mlflow_outputs, "mlflow.spanOutputs")                                                          \
  X(mlflow_function, "mlflow.spanFunctionName")                                                    \
  X(mlflow_usage, "mlflow.chat.tokenUsage")                                                        \
  X(mlflow_cost, "mlflow.llm.cost")                                                                \
  X(mlflow_model, "mlflow.llm.model")                                                              \
  X(mlflow_provider, "mlflow.llm.provider")                                                        \
  X(mlflow_tools, "mlflow.chat.tools")                                                             \
  X(mlflow_session, "mlflow.trace.session")                                                        \
  X(mlflow_request_id, "mlflow.traceRequestId")                                                    \
  /* LiteLLM, Genkit, Laminar */                                                                   \
  X(litellm_usage_object, "metadata.usage_object")                                                 \
  X(genkit_name, "genkit:name")                                                                    \
  X(genkit_type, "genkit:type")                                                                    \
  X(genkit_subtype, "genkit:metadata:subtype")                                                     \
  X(genkit_input, "genkit:input")                                                                  \
  X(genkit_output, "genkit:output")                                                                \
  X(genkit_state, "genkit:state")                                                                  \
  X(lmnr_type, "lmnr.span.type")                                                                   \
  X(lmnr_path, "lmnr.span.path")                                                                   \
  X(lmnr_input, "lmnr.span.input")                                                                 \
  X(lmnr_output, "lmnr.span.output")                                                               \
  X(lmnr_session_id, "lmnr.association.properties.session_id")                                     \
  /* Vercel AI SDK */                                                                              \
  X(ai_operation_id, "ai.operationId")                                                             \
  X(ai_function_id, "ai.telemetry.functionId")                                                     \
  /* what a call is for, in the words of its sender */                                             \
  X(query_source, "query_source")                                                                  \
  X(copilot_chat_debug_name, "copilot_chat.debug_name")                                            \
  X(ai_metadata_session_id, "ai.telemetry.metadata.sessionId")                                     \
  X(ai_metadata_session_id_snake, "ai.telemetry.metadata.session_id")                              \
  X(ai_context_session_id, "ai.settings.context.sessionId")                                        \
  X(ai_runtime_context_session_id, "ai.settings.runtimeContext.sessionId")                         \
  X(ai_model_id, "ai.model.id")                                                                    \
  X(ai_model_provider, "ai.model.provider")                                                        \
  X(ai_prompt, "ai.prompt")                                                                        \
  X(ai_prompt_messages, "ai.prompt.messages")                                                      \
  X(ai_prompt_tools, "ai.prompt.tools")                                                            \
  X(ai_response_text, "ai.response.text")                                                          \
  X(ai_response_reasoning, "ai.response.reasoning")                                                \
  X(ai_response_object, "ai.response.object")                                                      \
  X(ai_response_files, "ai.response.files")                                                        \
  X(ai_response_tool_calls, "ai.response.toolCalls")                                               \
  X(ai_result_text, "ai.result.text")                                                              \
  X(ai_result_object, "ai.result.object")                                                          \
  X(ai_result_tool_calls, "ai.result.toolCalls")                                                   \
  X(ai_finish_reason, "ai.finishReason")                                                           \
  X(ai_response_finish_reason, "ai.response.finishReason")                                         \
  X(ai_response_id, "ai.response.id")                                                              \
  X(ai_response_model, "ai.response.model")                                                        \
  X(ai_response_provider_metadata, "ai.response.providerMetadata")                                 \
  X(ai_response_ms_to_first_chunk, "ai.response.msToFirstChunk")                                   \
  X(ai_stream_ms_to_first_chunk, "ai.stream.msToFirstChunk")                                       \
  X(ai_usage_input, "ai.usage.inputTokens")                                                        \
  X(ai_usage_prompt, "ai.usage.promptTokens")                                                      \
  X(ai_usage_tokens, "ai.usage.tokens")                                                            \
  X(ai_usage_output, "ai.usage.outputTokens")                                                      \
  X(ai_usage_completion, "ai.usage.completionTokens")                                              \
  X(ai_usage_total, "ai.usage.totalTokens")                                                        \
  X(ai_usage_reasoning, "ai.usage.reasoningTokens")                                                \
  X(ai_usage_cached_input, "ai.usage.cachedInputTokens")                                           \
  X(ai_usage_details_no_cache, "ai.usage.inputTokenDetails.noCacheTokens")                         \
  X(ai_usage_details_cache_read, "ai.usage.inputTokenDetails.cacheReadTokens")                     \
  X(ai_usage_details_cache_write, "ai.usage.inputTokenDetails.cacheWriteTokens")                   \
  X(ai_usage_details_text, "ai.usage.outputTokenDetails.textTokens")                               \
  X(ai_usage_details_reasoning, "ai.usage.outputTokenDetails.reasoningTokens")                     \
  X(ai_settings_max_output_tokens, "ai.settings.maxOutputTokens")                                  \
  X(ai_settings_max_tokens, "ai.settings.maxTokens")                                               \
  X(ai_settings_temperature, "ai.settings.temperature")                                            \
  X(ai_settings_top_p, "ai.settings.topP")                                                         \
  X(ai_settings_top_k, "ai.settings.topK")                                                         \
  X(ai_settings_frequency_penalty, "ai.settings.frequencyPenalty")                                 \
  X(ai_settings_presence_penalty, "ai.settings.presencePenalty")                                   \
  X(ai_settings_seed, "ai.settings.seed")                                                          \
  X(ai_settings_stop_sequences, "ai.settings.stopSequences")                                       \
  X(ai_toolcall_name, "ai.toolCall.name")                                                          \
  X(ai_toolcall_id, "ai.toolCall.id")                                                              \
  X(ai_toolcall_args, "ai.toolCall.args")                                                          \
  X(ai_toolcall_result, "ai.toolCall.result")

enum class Key : uint16_t {
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
