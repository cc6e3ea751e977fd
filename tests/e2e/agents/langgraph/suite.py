"""LangChain and LangGraph under OpenInference and under OpenLLMetry."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_INFERENCE = Emitted(
    retries_as_spans=False,
    first_token_time=False,
    raw_request=False,
    failed_tool_ids=False,
    argument_names=False,
    notes=(RETRIES_INSIDE,),
)
_LLMETRY = Emitted(
    agent_span="invoke_agent coding-agent",
    reviewer_span="invoke_agent reviewer",
    retries_as_spans=False,
    first_token_time=False,
    sub_agent_calls=False,  # they hang below a task beside the agent's span
    reasoning_tokens=False,
    elsewhere=("reasoning_tokens",),
    notes=(RETRIES_INSIDE,),
)
# OpenLLMetry's spans of calls say less when LangChain streams or uses the responses API; those of LangGraph carry all.
_LLMETRY_STREAMED = replace(_LLMETRY, response_model=False, elsewhere=(*_LLMETRY.elsewhere, "response_model"))
_LLMETRY_RESPONSES = replace(
    _LLMETRY_STREAMED, last_reasoning=False, elsewhere=(*_LLMETRY_STREAMED.elsewhere, "last_reasoning")
)


def _suite(name: str, label: str, instrumentation: str, told: Emitted, streamed: Emitted, responses: Emitted) -> Suite:
    return Suite(
        name,
        label,
        ("langchain", "langgraph", "langchain-openai", instrumentation),
        (
            Scenario(name, "plain", "demo", (), told),
            Scenario(name, "streaming", "demo", ("--stream",), streamed),
            Scenario(name, "review", "review", ("--reviewer", "tool"), told),
            Scenario(name, "error", "error", (), told),
            Scenario(name, "refused", "refused", (), told, exit_code=1),
            Scenario(name, "responses", "demo", ("--api", "responses"), responses),
        ),
    )


SUITES = (
    _suite(
        "langgraph-openinference",
        "LangChain and LangGraph with OpenInference",
        "openinference-instrumentation-langchain",
        _INFERENCE,
        _INFERENCE,
        _INFERENCE,
    ),
    _suite(
        "langgraph-openllmetry",
        "LangChain and LangGraph with OpenLLMetry",
        "opentelemetry-instrumentation-langchain",
        _LLMETRY,
        _LLMETRY_STREAMED,
        _LLMETRY_RESPONSES,
    ),
)
