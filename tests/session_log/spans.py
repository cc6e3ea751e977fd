"""Spans of one trace, as an agent sends them: its calls, its tools and itself."""

from __future__ import annotations

import json
import time

TRACE = "5e551011106000000000000000000001"


def _attribute(key: str, value: str | int | list[str]) -> dict[str, object]:
    if isinstance(value, int):
        return {"key": key, "value": {"intValue": str(value)}}
    if isinstance(value, list):
        return {"key": key, "value": {"arrayValue": {"values": [{"stringValue": one} for one in value]}}}
    return {"key": key, "value": {"stringValue": value}}


def _span(number: int, parent: int, start_ms: int, end_ms: int, name: str, **attributes: str | int | list[str]) -> dict[str, object]:
    base = time.time_ns() // 10**12 * 10**12
    span: dict[str, object] = {
        "traceId": TRACE,
        "spanId": f"{number:016x}",
        "name": name,
        "kind": 1,
        "startTimeUnixNano": str(base + start_ms * 1_000_000),
        "endTimeUnixNano": str(base + end_ms * 1_000_000),
        "attributes": [_attribute(key.replace("__", "."), value) for key, value in attributes.items()],
    }
    if parent:
        span["parentSpanId"] = f"{parent:016x}"
    return span


def agent_span(number: int, parent: int, start_ms: int, end_ms: int, name: str, key: str) -> dict[str, object]:
    return _span(number, parent, start_ms, end_ms, f"invoke_agent {name}", gen_ai__operation__name="invoke_agent",
                 gen_ai__agent__name=name, gen_ai__conversation__id=key)  # fmt: skip


def call_span(number: int, parent: int, start_ms: int, end_ms: int, text: str = "mend it", **more: str) -> dict[str, object]:
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": text}]}])
    thought = json.dumps([{"role": "assistant", "parts": [{"type": "reasoning", "content": "a thought"}]}])
    return _span(number, parent, start_ms, end_ms, "chat gpt-4o", gen_ai__operation__name="chat",
                 gen_ai__provider__name="openai", gen_ai__request__model="gpt-4o", gen_ai__input__messages=messages,
                 gen_ai__output__messages=thought, gen_ai__response__finish_reasons=["stop"],
                 gen_ai__usage__input_tokens=1000, gen_ai__usage__output_tokens=50, **more)  # fmt: skip


def tool_span(number: int, parent: int, start_ms: int, end_ms: int, result: str, **more: str) -> dict[str, object]:
    return _span(number, parent, start_ms, end_ms, "execute_tool read_file", gen_ai__operation__name="execute_tool",
                 gen_ai__tool__name="read_file", gen_ai__tool__call__id=f"call_{number}",
                 gen_ai__tool__call__arguments='{"path":"a.ts"}', gen_ai__tool__call__result=result, **more)  # fmt: skip
