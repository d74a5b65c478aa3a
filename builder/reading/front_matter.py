"""The lines between `---` at the top of a lesson."""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from builder.model.course import Access, ResourceType
from builder.reading.sources import Facts

LARGE_LESSON_BYTES: Final = 1_000_000
"""Above it a lesson is built, but its author is told: our choice, about 300 printed pages."""

_KEYS: Final = ("title", "description", "language", "sign_language", "type", "rights", "recordings")
_RECORDING_KEYS: Final = ("file", "title", "script", "language", "sign_language")
_RIGHTS_KEYS: Final = ("holder", "licence", "access")
_LONGEST_HEADER: Final = 65_536
_DEEPEST_HEADER: Final = 12
# `key: plain words` needs no YAML reader: nearly every line of every lesson.
_PLAIN_LINE: Final = re.compile(r"(title|description|language|sign_language|type):[ \t]+([^\W\d_](?:[^:#\n]|:(?=\S))*)")
_YAML_WORDS: Final = frozenset("true false yes no on off null y n".split())
_LOOSE_LINE: Final = re.compile(r"(title|description|language|sign_language|type)[ \t]*:[ \t]*(.*)")

Problem = tuple[int, str, dict[str, str]]
"""Line, rule, values."""


def decode_source(data: bytes) -> tuple[str, Problem | None]:
    """The text with `\\n` line ends and without a byte order mark; undecodable bytes become U+FFFD and a problem."""
    problem: Problem | None = None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") and error.start + 3 < len(data) else 0)
        offset = _first_bad_byte(data, offset)
        line = data.count(b"\n", 0, offset) + 1
        column = offset - (data.rfind(b"\n", 0, offset) + 1) + 1
        values = {"byte": f"0x{data[offset]:02X}", "column": str(column)}
        encoding = _guess_encoding(data)
        if encoding:
            problem = (line, "file-other-encoding", {**values, "encoding": encoding})
        else:
            problem = (line, "file-not-utf8", values)
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n"), problem


def _first_bad_byte(data: bytes, fallback: int) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return min(fallback, len(data) - 1)


def _guess_encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    # Russian in Windows-1251 is mostly bytes above 0xC0 (small and capital letters А to я).
    high = sum(byte >= 0xC0 for byte in data[:4000])
    return "Windows-1251" if high * 3 > len(data[:4000]) else ""


def split_front_matter(text: str) -> tuple[str | None, int, bool]:
    """The lines between the marks (None without any), the number of lines before the body, whether they are closed.

    When the closing mark is missing, only the leading lines that look like `key: value` are taken.
    """
    if not text.startswith("---") or text.partition("\n")[0].rstrip() != "---":
        return None, 0, True
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, text.find("\n") + 1 or len(text))
    if closing:
        header = text[text.find("\n") + 1 : closing.start()]
        return header, header.count("\n") + 2, True
    taken = []
    for line in text.split("\n", 200)[1:200]:
        if not re.match(r"[A-Za-z_]+[ \t]*:", line):
            break
        taken.append(line)
    return "\n".join(taken), len(taken) + 1, False


def inspect_lesson(data: bytes) -> Facts:
    """What the project needs of a lesson without reading its text: fields, their lines, problems.

    ``{"size": bytes, "readable": bool, "fields": {...}, "lines": {key: line}, "problems": [[line, rule, values]]}``
    """
    text, undecodable = decode_source(data)
    problems: list[Problem] = []
    if undecodable:
        return _facts(data, False, {}, {}, [undecodable])
    if not text.strip():
        return _facts(data, False, {}, {}, [(1, "lesson-empty", {})])
    header, _, closed = split_front_matter(text)
    if header is None:
        return _facts(data, True, {}, {}, [(1, "front-matter-missing", {})])
    if not closed:
        problems.append((1, "front-matter-unclosed", {}))
    fields, lines = _read_header(header, problems)
    if not fields.get("title"):
        problems.append((lines.get("title", 1), "front-matter-title-missing", {}))
    return _facts(data, True, fields, lines, problems)


def _facts(
    data: bytes, readable: bool, fields: Mapping[str, Any], lines: Mapping[str, int], problems: list[Problem]
) -> Facts:
    if len(data) > LARGE_LESSON_BYTES:
        problems = [*problems, (1, "lesson-very-large", {"megabytes": f"{len(data) / 1e6:.1f}"})]
    return {
        "size": len(data),
        "readable": readable,
        "fields": dict(fields),
        "lines": dict(lines),
        "problems": [list(one) for one in problems],
    }


def _read_header(header: str, problems: list[Problem]) -> tuple[dict[str, Any], dict[str, int]]:
    plain = _read_plain_lines(header)
    if plain is not None:
        return plain
    try:
        node = None if _is_too_much(header) else yaml.compose(header, Loader=yaml.SafeLoader)
        if node is None and not header.strip():
            return {}, {}
        if not isinstance(node, yaml.MappingNode):
            raise yaml.YAMLError("not a mapping")
        return _read_mapping(node, problems)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        last = header.count("\n") + 2
        problems.append((min(yaml_fault_line(error) + 1, last), "front-matter-bad-yaml", {}))
        return _read_loosely(header)


def yaml_fault_line(error: Exception) -> int:
    """The 1-based line to look at: where the open quotation mark or bracket stands, else where the reader stopped."""
    mark = getattr(error, "problem_mark", None)
    context = str(getattr(error, "context", ""))
    if context.startswith(("while scanning a quoted", "while parsing a flow")):
        mark = getattr(error, "context_mark", None) or mark
    return int(mark.line) + 1 if mark else 1


def _read_plain_lines(header: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    fields: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(header.split("\n"), 2):
        if not line.strip():
            continue
        match = _PLAIN_LINE.fullmatch(line.rstrip())
        if not match or match[1] in fields or match[2].lower() in _YAML_WORDS or match[2].endswith(":"):
            return None
        if not match[2].isprintable():
            return None
        fields[match[1]] = match[2].rstrip()
        lines[match[1]] = number
    return _checked_values(fields, lines)


def _checked_values(fields: dict[str, Any], lines: dict[str, int]) -> tuple[dict[str, Any], dict[str, int]] | None:
    kind = fields.get("type")
    return None if kind is not None and kind not in set(ResourceType) else (fields, lines)


def _is_too_much(header: str) -> bool:
    """Nesting that would exhaust the YAML reader; nobody writes it by hand."""
    if len(header) > _LONGEST_HEADER:
        raise ValueError("header too long")
    depth = 0
    for one in header:
        depth += (one in "[{") - (one in "]}")
        if depth > _DEEPEST_HEADER:
            raise ValueError("header too deep")
    return False


def _read_loosely(header: str) -> tuple[dict[str, Any], dict[str, int]]:
    """What can be saved of a header that is not YAML: the commonest fault is a colon inside a title."""
    fields: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(header.split("\n"), 2):
        match = _LOOSE_LINE.fullmatch(line)
        if match and match[1] not in fields and match[1] != "type":
            value = "".join(one for one in match[2].strip().strip("\"'") if one.isprintable())
            if value:
                fields[match[1]] = value
                lines[match[1]] = number
    return fields, lines


def _read_mapping(node: yaml.MappingNode, problems: list[Problem]) -> tuple[dict[str, Any], dict[str, int]]:
    fields: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 2
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        if key not in _KEYS:
            problems.append((line, "front-matter-unknown-key", {"key": key, "known": ", ".join(_KEYS)}))
        elif key in lines:
            problems.append((line, "front-matter-repeated-key", {"key": key}))
        else:
            lines[key] = line
            read: object
            if key == "rights":
                read = _read_rights(value, line, problems)
            elif key == "recordings":
                read = _read_recordings(value, line, problems)
            else:
                read = _read_words(key, value, line, problems)
            if read:
                fields[key] = read
    return fields, lines


def _read_words(key: str, node: yaml.Node, line: int, problems: list[Problem]) -> str:
    # A title such as 2026 or «Нет» is a number or a truth value to YAML; to its author it is a title.
    if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null"):
        if not (key == "title" and isinstance(node, yaml.ScalarNode)):
            problems.append((line, "front-matter-value-wrong", {"key": key, "value": _words_of(node)}))
        return ""
    if key in ("title", "description") and node.tag.endswith((":bool", ":int", ":float", ":timestamp")):
        return str(node.value)
    value = " ".join(str(node.value).split())
    if key == "type" and value not in set(ResourceType):
        problems.append((line, "front-matter-value-wrong", {"key": key, "value": value}))
        return ""
    return value


def _read_rights(node: yaml.Node, line: int, problems: list[Problem]) -> dict[str, str]:
    if not isinstance(node, yaml.MappingNode):
        problems.append((line, "front-matter-value-wrong", {"key": "rights", "value": _words_of(node)}))
        return {"access": Access.RESTRICTED.value}
    read: dict[str, str] = {}
    for key_node, value in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        at = key_node.start_mark.line + 2
        if key not in _RIGHTS_KEYS:
            known = ", ".join(_RIGHTS_KEYS)
            problems.append((at, "front-matter-unknown-key", {"key": f"rights.{key}", "known": known}))
        elif not isinstance(value, yaml.ScalarNode) or (key == "access" and value.value not in set(Access)):
            problems.append((at, "front-matter-value-wrong", {"key": f"rights.{key}", "value": _words_of(value)}))
            if key == "access":
                read["access"] = Access.RESTRICTED.value
        else:
            read[key] = str(value.value).strip()
    return read


def _read_recordings(node: yaml.Node, line: int, problems: list[Problem]) -> list[dict[str, str | int]]:
    """Each entry's words, and its line under ``line``. An entry without a file is told and left out."""
    read: list[dict[str, str | int]] = []
    entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for entry in entries:
        at = entry.start_mark.line + 2 if isinstance(node, yaml.SequenceNode) else line
        if not isinstance(entry, yaml.MappingNode):
            problems.append((at, "front-matter-value-wrong", {"key": "recordings", "value": _words_of(entry)}))
            continue
        one: dict[str, str | int] = {"line": at}
        for key_node, value in entry.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            where = key_node.start_mark.line + 2
            if key not in _RECORDING_KEYS:
                known = ", ".join(_RECORDING_KEYS)
                problems.append((where, "front-matter-unknown-key", {"key": f"recordings.{key}", "known": known}))
            elif not isinstance(value, yaml.ScalarNode) or value.tag.endswith(":null") or not str(value.value).strip():
                values = {"key": f"recordings.{key}", "value": _words_of(value)}
                problems.append((where, "front-matter-value-wrong", values))
                one.setdefault(key, "")
            else:
                one[key] = " ".join(str(value.value).split())
        if one.get("file"):
            read.append(one)
        elif "file" not in one:
            problems.append((at, "recording-without-file", {}))
    return read


def _words_of(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "{…}" if isinstance(node, yaml.MappingNode) else "[…]"
