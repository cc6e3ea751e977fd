"""Files and functions stay short enough to be read at one go."""

import ast
import re

from tree import Problem

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
TEST_LINES_MAX = 100  # the body of one test case: straight-line code that is read once

CODE = (".h", ".cc", ".py", ".mjs", ".js", ".ts", ".tsx", ".sh")
BRACES = (".h", ".cc", ".mjs", ".js", ".ts", ".tsx")

# Comments and literals, to be blanked out before braces are counted. Template literals of JavaScript span lines.
CPP_NOISE = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'  # raw string
    r"|//[^\n]*|/\*.*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'",  # not the separator in 1'000
    re.DOTALL)
SCRIPT_NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL)
CONTAINER = re.compile(r"(^|[\s;])(namespace|class|struct|union|enum|interface)\b|^\s*extern\s*$")
TEST_CASE = re.compile(r"^\s*(TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP|test|it|describe)\s*\(")
NAME = re.compile(r"([\w:~]+)\s*(?:<[^<>]*>)?\s*\(")


def blank(noise):
    """Same number of lines, nothing that could be mistaken for code."""
    return "\n" * noise.group(0).count("\n")


def without_noise(path, text):
    text = (CPP_NOISE if path.endswith((".h", ".cc")) else SCRIPT_NOISE).sub(blank, text)
    # Preprocessor lines, with their continuations, are no code either.
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.MULTILINE) if path.endswith((".h", ".cc")) else text


def brace_functions(text):
    """Yields (head, first line, number of lines) of each outermost function of a text without noise.

    Braces below namespaces and types are bodies; what follows '=' is data; an empty head continues a constructor's
    list of initialisers."""
    depth = 0  # inside a body or data
    head_start, line, head_line, body = 0, 1, 1, None
    for at, character in enumerate(text):
        if character == "\n":
            line += 1
        elif depth > 0:
            depth += {"{": 1, "}": -1}.get(character, 0)
            if depth == 0:
                if body:
                    yield body[0], body[1], line - body[1] + 1
                head_start = at + 1
        elif character in ";}":
            head_start = at + 1
        elif character == "{":
            head = text[head_start:at]
            head_line = line - head.lstrip().count("\n")
            plain = re.sub(r"<[^<>]*>", "", head)
            if CONTAINER.search(plain) and "(" not in plain.split("alignas(")[0]:
                head_start = at + 1
            else:
                depth = 1
                is_body = "(" in head and not head.rstrip().endswith("=") or not head.strip()
                body = (head.strip(), head_line) if is_body else None


def python_functions(text):
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def shell_functions(text):
    for function in re.finditer(r"^([\w-]+)\s*\(\)\s*[{(].*?(?:^[})]|\}$)", text, re.DOTALL | re.MULTILINE):
        yield function.group(1), text.count("\n", 0, function.start()) + 1, function.group(0).count("\n") + 1


def functions(path, text):
    """(name, first line, number of lines, longest allowed) of each function."""
    if path.endswith(".py") or text.startswith("#!/usr/bin/env python3"):
        found = python_functions(text)
    elif path.endswith(BRACES):
        found = brace_functions(without_noise(path, text))
    else:
        found = shell_functions(text)
    for head, line, lines in found:
        name = NAME.search(head + "(")
        limit = TEST_LINES_MAX if TEST_CASE.search(head) else FUNCTION_LINES_MAX
        yield re.sub(r"\s+", "", head) if TEST_CASE.search(head) else name.group(1) if name else "?", line, lines, limit


def code(tree):
    """Source files, and scripts that have no suffix but a first line."""
    for path, text in tree.matching():
        if path.endswith(CODE) or (text.startswith("#!") and "." not in path.rsplit("/", 1)[-1]):
            yield path, text


def file_lines(tree):
    """A source file has at most 400 lines."""
    for path, text in code(tree):
        if text.count("\n") > FILE_LINES_MAX:
            yield Problem("file_lines", path, f"{text.count(chr(10))} lines, at most {FILE_LINES_MAX}")


def function_lines(tree):
    """A function has at most 60 lines, its signature included; a test case 100."""
    for path, text in code(tree):
        for name, line, lines, limit in functions(path, text):
            if lines > limit:
                yield Problem("function_lines", f"{path}:{name}", f"{lines} lines from line {line}, at most {limit}")
