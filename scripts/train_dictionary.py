#!/usr/bin/env python3
"""Trains the built-in zstd dictionary from text that this script makes up itself.

A dictionary contains pieces of what it was trained on, so it must never see anybody's files: all samples come from the
word lists and templates in dictionary/. The result is committed as src/codec/dictionary_1.zdict and must never change,
because stored blobs need it to be read; a better one becomes version 2 beside it.

usage: train_dictionary.py OUT   (needs the zstd command)
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile

from dictionary import code, keys, passages, prose, words

SEED = 20250101
SAMPLES = 9000
DICTIONARY_BYTES = 110 * 1024

rng = random.Random(SEED)


def pick(choices):
    return choices[int(rng.random() * len(choices))]


def below(limit):
    return int(rng.random() * limit)


def camel(word):
    return word[:1].upper() + word[1:]


def phrase():
    shapes = ["{V} the {a} {n} before the {m} is {v}ed", "{V} {n} and {m}", "the {n} of the {a} {m}", "{a} {n} {m}",
              "{V} a {n} from the given {m}", "whether the {n} should be {v}ed", "{V}s all {n}s that match the {m}"]
    text = pick(shapes).format(V=camel(pick(words.VERBS)), v=pick(words.VERBS), a=pick(words.ADJECTIVES),
                               n=pick(words.NOUNS), m=pick(words.NOUNS))
    return text


def path():
    parts = [pick(words.FOLDERS)] + [pick(words.FOLDERS + words.NOUNS[:80]) for _ in range(below(3))]
    name = pick(words.NOUNS) + (("_" + pick(words.NOUNS)) if below(2) else "")
    return "/".join(parts + [name]) + "." + pick(words.EXTENSIONS)


def hexadecimal(digits):
    return "".join(pick("0123456789abcdef") for _ in range(digits))


SLOTS = {
    "n": lambda: pick(words.NOUNS), "m": lambda: pick(words.NOUNS), "v": lambda: pick(words.VERBS),
    "V": lambda: camel(pick(words.VERBS)), "N": lambda: camel(pick(words.NOUNS)) + (camel(pick(words.NOUNS)) if below(2) else ""),
    "U": lambda: pick(words.NOUNS).upper(), "W": lambda: pick(words.NOUNS).upper(), "a": lambda: pick(words.ADJECTIVES),
    "d": lambda: pick(words.ADVERBS), "s": phrase, "p": path, "i": lambda: str(below(10 ** (1 + below(4)))),
    "j": lambda: str(1 + below(9)), "k": lambda: str(10 + below(50)), "x": lambda: hexadecimal(7),
    "P": lambda: pick(words.PLACES), "H": lambda: pick(words.PEOPLE),
}


class Scene:
    """Fills the slots of lines; nouns repeat within one text, as they do in real ones."""

    def __init__(self):
        self.nouns = [pick(words.NOUNS) for _ in range(5)]
        self.names = [SLOTS["N"]() for _ in range(3)]
        self.paths = [path() for _ in range(3)]

    def slot(self, match):
        which = match.group(1)
        if which in "nm" and below(3):
            return pick(self.nouns)
        if which == "N" and below(3):
            return pick(self.names)
        if which == "p" and below(3):
            return pick(self.paths)
        return SLOTS[which]()

    def fill(self, line):
        return re.sub(r"\$([a-zA-Z])", self.slot, line) if not line.startswith("$ ") else \
            "$ " + re.sub(r"\$([a-zA-Z])", self.slot, line[2:])

    def lines(self, templates, count, run):
        """Neighbouring templates mostly stay neighbours: code has an order."""
        out = []
        while len(out) < count:
            at = below(len(templates))
            for template in templates[at:at + 1 + below(run)]:
                out.append(self.fill(template))
            if below(4) == 0:
                out.append("")
        return "\n".join(out)

    def code(self, count):
        if below(3) == 0:
            # A part of a written block, so that every part is seen, and in different surroundings.
            lines = pick(passages.BLOCKS).split("\n")
            at = below(len(lines))
            return "\n".join(lines[at:at + count])
        return self.lines(code.LANGUAGES[pick(list(code.LANGUAGES))], count, 8)

    def prose(self, count):
        sentences = []
        for _ in range(count):
            sentence = self.fill(pick(prose.PROSE)) if below(2) else pick(passages.SENTENCES)
            sentences.append(sentence + ("\n" if sentence[:1] in "#-|><1" or below(4) == 0 else " "))
        return "".join(sentences).strip()

    def shell(self, count):
        return self.lines(prose.SHELL, count, 5)

    def answer(self):
        """What a model writes: prose, now and then with a code block."""
        text = self.prose(1 + below(6))
        if below(3) == 0:
            language = pick(list(code.LANGUAGES))
            text += "\n\n```%s\n%s\n```\n\n" % (language, self.lines(code.LANGUAGES[language], 5 + below(15), 8))
            text += self.prose(1 + below(3))
        return text

    def result(self):
        """What a tool gives back."""
        kind = below(5)
        if kind == 0:
            return self.shell(4 + below(25))
        if kind == 1:
            numbered = self.code(5 + below(30)).split("\n")
            first = 1 + below(200)
            return "\n".join("%6d\t%s" % (first + i, line) for i, line in enumerate(numbered))
        if kind == 2:
            return self.code(5 + below(40))
        if kind == 3:
            items = [{"id": below(10000), "name": self.fill("$n $m"), "status": pick(["ok", "error", "active", "pending"]),
                      "score": round(rng.random(), 4), "url": "https://example.com/" + pick(words.NOUNS),
                      "created_at": self.fill("2025-0$j-1$jT1$j:$k:$kZ")} for _ in range(1 + below(6))]
            return dumps({"results": items, "total": len(items), "success": True})
        return self.prose(2 + below(8))

    def arguments(self, tool):
        made = {}
        for name, kind in words.TOOLS[tool][1].items():
            if kind == "string":
                made[name] = {"path": self.slot(re.match(r"(p)", "p")), "file_path": self.slot(re.match(r"(p)", "p")),
                              "command": self.fill(pick(["cd $n && npm test", "grep -rn \"$v_$n\" src/", "ls -la $p",
                                                         "git diff HEAD~1", "python -m pytest $p -x -q", "cat $p | head -$k"])),
                              "content": None, "old_string": None, "new_string": None}.get(name, self.fill("$v $n $m"))
                if made[name] is None:
                    made[name] = self.code(2 + below(8))
            else:
                made[name] = {"integer": below(500), "number": below(60000), "boolean": below(2) == 1, "array": [self.fill("$n")],
                              "object": {self.fill("$n"): self.fill("$m")}}[kind]
        return made


def dumps(value):
    """Emitters differ in their separators: JavaScript writes none, Python a space."""
    return json.dumps(value, ensure_ascii=below(4) == 0, separators=pick([(",", ":"), (",", ":"), (", ", ": ")]))


def call_id():
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return pick(["call_", "call_", "toolu_01", "tooluse_", "fc_"]) + "".join(pick(alphabet) for _ in range(22))


def otel_message(scene, role, tool):
    finish = {"finish_reason": pick(["stop", "tool_call", "length"])} if below(3) == 0 else {}
    if role == "assistant":
        parts = [{"type": "text", "content": scene.answer()}] if below(3) else []
        if below(4) == 0:
            parts.insert(0, {"type": "reasoning", "content": scene.prose(1 + below(5))})
        if below(2):
            parts.append({"type": "tool_call", "id": call_id(), "name": tool, "arguments": scene.arguments(tool)})
        return {"role": role, "parts": parts, **finish}
    if role == "tool":
        key = pick(["response", "result"])
        return {"role": role, "parts": [{"type": "tool_call_response", "id": call_id(), key: scene.result()}]}
    return {"role": role, "parts": [{"type": "text", "content": scene.prose(1 + below(10))}]}


def openai_message(scene, role, tool):
    if role == "assistant":
        message = {"role": role, "content": scene.answer() if below(3) else None}
        if below(2):
            call = {"name": tool, "arguments": dumps(scene.arguments(tool))}
            message["tool_calls"] = [{"id": call_id(), "type": "function", "function": call}]
        return message
    if role == "tool":
        return {"role": role, "tool_call_id": call_id(), "content": scene.result()}
    if below(3) == 0:
        return {"role": role, "content": [{"type": "text", "text": scene.prose(1 + below(6))}]}
    return {"role": role, "content": scene.prose(1 + below(10))}


def anthropic_message(scene, role, tool):
    if role == "assistant":
        content = [{"type": "text", "text": scene.answer()}]
        if below(4) == 0:
            content.insert(0, {"type": "thinking", "thinking": scene.prose(1 + below(5)), "signature": ""})
        if below(2):
            content.append({"type": "tool_use", "id": call_id(), "name": tool, "input": scene.arguments(tool)})
        return {"role": role, "content": content}
    if role == "tool":
        block = {"type": "tool_result", "tool_use_id": call_id(), "content": scene.result(), "is_error": below(8) == 0}
        if below(4) == 0:
            block["cache_control"] = {"type": "ephemeral"}
        return {"role": "user", "content": [block]}
    return {"role": "user", "content": [{"type": "text", "text": scene.prose(1 + below(6))}]}


def vercel_message(scene, role, tool):
    if role == "assistant":
        content = [{"type": "text", "text": scene.answer()}] if below(3) else []
        if below(2):
            content.append({"type": "tool-call", "toolCallId": call_id(), "toolName": tool, "input": scene.arguments(tool)})
        return {"role": role, "content": content}
    if role == "tool":
        value = {"type": "text", "value": scene.result()} if below(2) else {"type": "json", "value": scene.arguments(tool)}
        return {"role": role, "content": [{"type": "tool-result", "toolCallId": call_id(), "toolName": tool, "output": value}]}
    if role == "system":
        return {"role": role, "content": scene.prose(3 + below(10))}
    return {"role": role, "content": [{"type": "text", "text": scene.prose(1 + below(6))}]}


def message(scene):
    make = pick([otel_message, otel_message, openai_message, anthropic_message, vercel_message])
    role = pick(["system", "user", "assistant", "assistant", "assistant", "tool", "tool", "tool"])
    return dumps(make(scene, role, pick(list(words.TOOLS))))


def tool_definition(scene):
    name = pick(list(words.TOOLS))
    description, fields = words.TOOLS[name]
    properties = {}
    for field, kind in fields.items():
        properties[field] = {"type": kind, "description": camel(phrase()) + "."}
        if kind == "array":
            properties[field]["items"] = {"type": "string"}
        if kind == "string" and below(5) == 0:
            properties[field]["enum"] = [pick(words.NOUNS) for _ in range(3)]
    schema = {"type": "object", "properties": properties, "required": list(fields)[:1 + below(2)]}
    if below(2):
        schema["additionalProperties"] = False
    if below(3) == 0:
        schema["$schema"] = pick(["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"])
    description += " " + scene.prose(below(4))
    plain = {"name": name, "description": description, "parameters": schema}
    return dumps(pick([{"type": "function", **plain}, {"type": "function", "function": {**plain, "strict": True}},
                       {"name": name, "description": description, "input_schema": schema},
                       {"type": "function", "name": name, "description": description, "inputSchema": schema}]))


def span(scene):
    """Keys and short values one after another with length bytes between them, much as packed spans have them."""
    start = below(len(keys.KEYS) - 30)
    chosen = keys.KEYS[start:start + 10 + below(20)]
    values = [lambda: str(below(100000)), lambda: pick(words.MODELS), lambda: pick(words.PROVIDERS), lambda: hexadecimal(32),
              lambda: scene.fill("$n_$m"), lambda: pick(["stop", "tool_calls", "chat", "execute_tool", "invoke_agent", "true"])]
    out = ""
    for key in chosen:
        value = pick(values)()
        out += chr(len(key)) + key + "\x01" + chr(len(value)) + value
    return out


def sample():
    scene = Scene()
    kind = below(20)
    if kind < 7:
        return message(scene)
    if kind < 9:
        return tool_definition(scene)
    if kind < 10:
        return span(scene)
    if kind < 14:
        return scene.code(10 + below(50))
    if kind < 16:
        return scene.shell(10 + below(30))
    if kind < 18:
        return scene.result()
    return scene.prose(5 + below(20))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number in range(SAMPLES):
            name = os.path.join(folder, "%05d" % number)
            with open(name, "wb") as file:
                file.write(sample().encode())
            names.append(name)
        listing = os.path.join(folder, "list")
        with open(listing, "w") as file:
            file.write("\n".join(names))
        subprocess.run(["zstd", "-q", "-f", "--train-cover=k=400,d=8,steps=1", "--maxdict=%d" % DICTIONARY_BYTES, "--dictID=1",
                        "-3", "--filelist", listing, "-o", sys.argv[1]], check=True)


if __name__ == "__main__":
    main()
