"""Writes the sessions that the browser looks at, as OTLP/JSON: `sessions.py KIND STEPS` prints one.

KIND is plain (an agent that reads, edits, fails now and then and calls a sub-agent), attack (the same with markup, scripts
and control characters in every field that a trace fills) or noise (texts that tokenizers cut into small pieces).
"""

from __future__ import annotations

import json
import random
import sys

START_NS = 1_767_225_600_000_000_000
TRACE = "5b" * 16
AGENT = 1

# Each would act if it were taken for markup, an address or the end of the data.
ATTACKS = (
    "<img src=x onerror=\"window.attacked='img'\">",
    "</script><script>window.attacked='script'</script>",
    "<!--<script>window.attacked='comment'",
    "javascript:window.attacked='address'",
    "\"><svg onload=window.attacked='svg'>",
    "' onmouseover='window.attacked=1",
    "@DATA@ @SCRIPT@ @STYLE@",
    "\u2028\u2029window.attacked='line'\u2028",
    "w" * 200,
    "]]>&lt;b&gt; \u202eevil\u202c \x00\x1b[31m",
    "<link rel=stylesheet href=http://192.0.2.1/a.css><iframe src=http://192.0.2.1/></iframe>",
)


class Texts:
    """What stands in the fields: plain words, attacks or noise."""

    def __init__(self, kind: str):
        self.kind = kind
        self.random = random.Random(7)

    def __call__(self, plain: str) -> str:
        if self.kind == "attack":
            return f"{self.random.choice(ATTACKS)} {plain} {self.random.choice(ATTACKS)}"
        if self.kind == "noise":
            signs = "".join(self.random.choice('xQz9Kj7+/=Wv"\\{}<>') for _ in range(60))
            gibberish = "".join(self.random.choice("bcdfgjkvxz") + self.random.choice("aeiou") for _ in range(20))
            return f"{signs} {gibberish} \U0001f9ec\U0001f6f8\u8b70\u9f8d\u0e01\u0e31 {plain}"
        return plain


def attribute(key: str, value) -> dict:
    if isinstance(value, int):
        return {"key": key, "value": {"intValue": str(value)}}
    if isinstance(value, list):
        return {"key": key, "value": {"arrayValue": {"values": [{"stringValue": item} for item in value]}}}
    return {"key": key, "value": {"stringValue": value}}


def text_message(role: str, text: str) -> dict:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


class Writer:
    def __init__(self, kind: str, steps: int):
        self.text = Texts(kind)
        self.steps = steps
        self.spans: list[dict] = []
        self.clock_ns = START_NS
        self.history: list[dict] = [text_message("user", self.text("The build is red. Find out why and mend it."))]

    def span(self, name: str, parent: int, start_ns: int, end_ns: int, error: str = "", **attributes) -> int:
        number = len(self.spans) + 1
        span = {
            "traceId": TRACE,
            "spanId": f"{number:016x}",
            "name": name,
            "kind": 1,
            "startTimeUnixNano": str(start_ns),
            "endTimeUnixNano": str(end_ns),
            "attributes": [attribute("gen_ai." + key.replace("__", "."), value) for key, value in attributes.items()],
        }
        if parent:
            span["parentSpanId"] = f"{parent:016x}"
        if error:
            span["status"] = {"code": 2, "message": error}
            span["attributes"].append({"key": "error.type", "value": {"stringValue": self.text("FileNotFoundError")}})
        self.spans.append(span)
        return number

    def call(self, step: int, parent: int, answer: dict, seconds: float, model: str) -> None:
        end_ns = self.clock_ns + int(seconds * 1e9)
        read = min(step, 40) * 310 if step % 17 else 0  # now and then the cache is lost
        self.span(
            f"chat {model}",
            parent,
            self.clock_ns,
            end_ns,
            operation__name="chat",
            provider__name="anthropic",
            request__model=model,
            response__model=model,
            conversation__id="build-42",
            system_instructions=json.dumps([{"type": "text", "content": self.text("You mend builds. Be brief.")}]),
            input__messages=json.dumps(self.history[:1] + self.history[1:][-6:]),
            output__messages=json.dumps([answer]),
            response__finish_reasons=["tool_calls" if step < self.steps else "stop"],
            usage__input_tokens=900 + min(step, 40) * 330 + step % 7 * 90,
            usage__cache_read__input_tokens=read,
            usage__output_tokens=40 + step % 5 * 60,
        )
        self.clock_ns = end_ns + 10_000_000

    def tool(self, name: str, call_id: str, arguments: dict, result: str, seconds: float, error: str = "") -> int:
        end_ns = self.clock_ns + int(seconds * 1e9)
        number = self.span(
            f"execute_tool {name}",
            AGENT,
            self.clock_ns,
            end_ns,
            error,
            operation__name="execute_tool",
            tool__name=name,
            tool__call__id=call_id,
            tool__call__arguments=json.dumps(arguments),
            tool__call__result=result,
        )
        self.history.append(
            {"role": "tool", "parts": [{"type": "tool_call_response", "id": call_id, "response": result}]}
        )
        return number

    def step(self, step: int) -> None:
        name = self.text(("read_file", "bash", "grep", "edit_file")[step % 4])
        arguments = {
            "path": self.text(f"src/part_{step % 12}.cc"),
            "line": step,
            self.text("why"): [self.text("looking"), None, {}],
        }
        call_id = f"call_{step}"
        if step == self.steps:
            answer = text_message("assistant", self.text("The build is green again: a header was missing."))
            self.call(step, AGENT, answer, 1.8, "claude-sonnet-4")
            return
        answer = {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": self.text(f"Part {step % 12} may be the cause.")},
                {"type": "text", "content": self.text(f"I look at part {step % 12}.")},
                {"type": "tool_call", "id": call_id, "name": name, "arguments": arguments},
            ],
        }
        self.call(step, AGENT, answer, 0.8 + step % 6 * 0.4, "claude-sonnet-4")
        self.history.append(answer)
        failed = step % 9 == 4
        result = self.text(
            "no such file" if failed else "\n".join(f"{n}: int part_{step}_{n}();" for n in range(1, 6 + step % 23))
        )
        start_ns = self.clock_ns
        number = self.tool(
            name, call_id, arguments, result, 0.05 + step % 5 * 0.4, self.text("no such file") if failed else ""
        )
        if step % 10 == 6:
            self.sub_agent(number)
        self.clock_ns = max(self.clock_ns, start_ns + int((0.06 + step % 5 * 0.4) * 1e9))

    def sub_agent(self, tool: int) -> None:
        start_ns = self.clock_ns
        agent = len(self.spans) + 1
        self.span(
            "invoke_agent searcher",
            tool,
            start_ns,
            start_ns + 1_400_000_000,
            operation__name="invoke_agent",
            agent__name=self.text("searcher"),
        )
        end_ns = start_ns + 900_000_000
        self.span(
            "chat claude-3-5-haiku",
            agent,
            start_ns + 5_000_000,
            end_ns,
            operation__name="chat",
            provider__name="anthropic",
            request__model="claude-3-5-haiku",
            response__model="claude-3-5-haiku",
            input__messages=json.dumps([text_message("user", self.text("Where is part_3 used?"))]),
            output__messages=json.dumps([text_message("assistant", self.text("In two places."))]),
            usage__input_tokens=400,
            usage__output_tokens=30,
        )
        self.clock_ns = start_ns + 1_410_000_000

    def document(self) -> dict:
        self.span(
            self.text("invoke_agent mender"),
            0,
            START_NS,
            START_NS,
            operation__name="invoke_agent",
            agent__name=self.text("mender"),
            conversation__id="build-42",
        )
        for step in range(1, self.steps + 1):
            self.step(step)
        self.spans[0]["endTimeUnixNano"] = str(self.clock_ns)
        resource = {"attributes": [attribute("service.name", self.text("builder"))]}
        scope = {"name": "opentelemetry.instrumentation.genai", "version": "1.0"}
        return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": self.spans}]}]}


def main() -> int:
    if len(sys.argv) != 3 or sys.argv[1] not in ("plain", "attack", "noise"):
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    json.dump(Writer(sys.argv[1], int(sys.argv[2])).document(), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
