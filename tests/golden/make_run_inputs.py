#!/usr/bin/env python3
"""Writes shared/run_*.json: four runs of one agent on one task, for the cases of `compare`.

    tests/golden/make_run_inputs.py        rewrites them; the results are committed
"""

import json

from make_inputs import BEGIN_NS, MS, SHARED, attributes

DAY_MS = 86_400_000
CALL_MS, TOOL_MS, PAUSE_MS = 2000, 300, 100
TASK = "Mend the failing test of the shop."

# What a step called, whether that failed, and its tokens: all input, of it from the cache, output.
LIST = ("list_files", {"folder": "src", "at": "2026-01-30T12:00:00Z"}, False, (3000, 1000, 120))
WRONG = ("read_file", {"path": "src/shop.ts", "limit": 200}, True, (3000, 1300, 60))
READ = ("read_file", {"path": "src/cart.ts", "limit": 200}, False, (3000, 1400, 70))
WRITE = ("write_file", {"path": "src/cart.ts", "text": "fixed"}, False, (3100, 1500, 150))
DONE = (None, {}, False, (3000, 1550, 100))

MONDAY = [LIST, WRONG, READ, WRITE, DONE]
TUESDAY = [("list_files", {"folder": "src", "at": "2026-02-03T09:30:00Z"}, False, (3600, 2400, 110)),
           (*READ[:3], (4000, 3000, 60)), (*WRITE[:3], (4000, 3300, 150))]
WEDNESDAY = [("list_files", {"folder": "src", "at": "2026-03-01T00:00:00Z"}, False, LIST[3]), *MONDAY[1:]]
THURSDAY = [*MONDAY[:3], ("read_file", {"path": "src/price.ts", "limit": 200}, True, (9000, 1400, 70)), *MONDAY[3:]]


class Run:
    def __init__(self, number, key, steps):
        self.number, self.at = number, number * DAY_MS
        self.trace_id, self.spans = f"{0xc0de0000 + number:032x}", []
        self.root = self.take_id()
        self.history = [{"role": "user", "parts": [{"type": "text", "content": TASK}]}]
        begin = self.at
        for step in steps:
            self.step(*step)
        self.add(self.root, None, "invoke_agent mender", begin, self.at, gen_ai__operation__name="invoke_agent",
                 gen_ai__agent__name="mender", gen_ai__conversation__id=key)

    def take_id(self):
        self.last_id = getattr(self, "last_id", self.number * 100) + 1
        return f"{self.last_id:016x}"

    def add(self, span_id, parent, name, start, end, error=None, **pairs):
        span = {"traceId": self.trace_id, "spanId": span_id, "name": name, "kind": 1,
                "startTimeUnixNano": str(BEGIN_NS + start * MS), "endTimeUnixNano": str(BEGIN_NS + end * MS),
                "attributes": attributes(**pairs)}
        if parent:
            span["parentSpanId"] = parent
        if error:
            span["status"] = {"code": 2, "message": error}
        self.spans.append(span)

    def step(self, tool, arguments, fails, tokens):
        call_id = f"call_{self.number}{len(self.history)}aZ09bY18cX"
        asked = {"type": "tool_call", "id": call_id, "name": tool, "arguments": arguments}
        said = {"type": "text", "content": "The test passes now."}
        answer = [{"role": "assistant", "parts": [asked if tool else said]}]
        self.add(self.take_id(), self.root, "chat claude-sonnet-4", self.at, self.at + CALL_MS,
                 gen_ai__operation__name="chat", gen_ai__provider__name="anthropic",
                 gen_ai__request__model="claude-sonnet-4-20250514", gen_ai__input__messages=json.dumps(self.history),
                 gen_ai__output__messages=json.dumps(answer),
                 gen_ai__response__finish_reasons=["tool_use" if tool else "stop"],
                 gen_ai__usage__input_tokens=tokens[0], gen_ai__usage__cache_read__input_tokens=tokens[1],
                 gen_ai__usage__output_tokens=tokens[2])
        self.at += CALL_MS + PAUSE_MS
        self.history += answer
        if tool:
            self.call_tool(tool, arguments, call_id, "no such file" if fails else "done", fails)

    def call_tool(self, tool, arguments, call_id, result, fails):
        self.add(self.take_id(), self.root, f"execute_tool {tool}", self.at, self.at + TOOL_MS, result if fails else None,
                 gen_ai__operation__name="execute_tool", gen_ai__tool__name=tool, gen_ai__tool__call__id=call_id,
                 gen_ai__tool__call__arguments=json.dumps(arguments), gen_ai__tool__call__result=result,
                 error__type="FileNotFoundError" if fails else None)
        response = {"type": "tool_call_response", "id": call_id, "response": result}
        self.history.append({"role": "tool", "parts": [response]})
        self.at += TOOL_MS + PAUSE_MS

    def request(self):
        resource = {"attributes": attributes(service__name="shop")}
        scope = {"name": "opentelemetry.instrumentation.genai"}
        return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": self.spans}]}]}


def main():
    runs = {"monday": MONDAY, "tuesday": TUESDAY, "wednesday": WEDNESDAY, "thursday": THURSDAY}
    for number, (key, steps) in enumerate(runs.items()):
        text = json.dumps(Run(number, key, steps).request(), separators=(",", ":"))
        (SHARED / f"run_{key}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
