"""mkdocs.yml -> Settings, without MkDocs: only the `jetki` entry and the few general keys that it builds on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import yaml

from builder.model.finding import Finding
from builder.model.language import SITE_LANGUAGES, LanguageTag, UnknownLanguageTag, parse_language_tag
from builder.model.settings import BrailleSettings, Settings, SpeechSettings
from builder.reading.front_matter import decode_source, yaml_fault_line
from builder.reading.rules import SEVERITIES


class UnusableConfiguration(Exception):
    """A configuration with which no build can start. `rule` and `values` choose the message, as in a Finding."""

    def __init__(self, path: str, line: int, rule: str, values: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{path}:{line}: {rule} {dict(values or {})}")
        self.path = path
        self.line = line
        self.rule = rule
        self.values = dict(values or {})

    @property
    def finding(self) -> Finding:
        """The same as a finding, for `builder.messages.format_finding`."""
        return Finding(self.path, self.line, self.rule, values=self.values)


def read_settings(mkdocs_yml: Path) -> tuple[Settings, tuple[Finding, ...]]:
    """The `jetki` plugin entry; every key has a default. Wrong values are reported and their defaults taken.

    Tags that only MkDocs understands (``!ENV``, ``!!python/name:``) are tolerated anywhere. Raises
    UnusableConfiguration when the file cannot be read, is not YAML, has no `jetki` entry or leaves no language.
    """
    name = mkdocs_yml.name
    root = _compose(mkdocs_yml, name)
    reader = _SettingsReader(name)
    top = _pairs(root)
    entry, entry_line = _find_entry(top, name)
    settings = reader.read(top, entry)
    if _harms_sources(mkdocs_yml, settings):
        line = (_pairs(entry).get("site") or top.get("site_dir") or (None, entry_line))[1]
        raise UnusableConfiguration(name, line, "settings-folders-overlap", {"site": settings.site})
    if not settings.languages:
        line = _pairs(entry).get("languages", (None, entry_line))[1]
        raise UnusableConfiguration(name, line, "settings-no-languages", {"known": ", ".join(SITE_LANGUAGES)})
    return settings, tuple(sorted(reader.findings))


def _harms_sources(mkdocs_yml: Path, settings: Settings) -> bool:
    """Whether writing the site would touch what people wrote: one folder holds the other, wherever links lead."""
    config = mkdocs_yml.resolve()
    site = (config.parent / settings.site).resolve()
    content = (config.parent / settings.content).resolve()
    work = config.parent / ".jetki"
    return (
        site.is_relative_to(content)
        or content.is_relative_to(site)
        or config.is_relative_to(site)
        or site.is_relative_to(config)
        or site.is_relative_to(work)
    )


# ---------------------------------------------------------------- YAML with lines

_Pairs = dict[str, tuple[yaml.Node, int]]


def _compose(path: Path, name: str) -> yaml.MappingNode:
    try:
        text, undecodable = decode_source(path.read_bytes())
    except FileNotFoundError:
        raise UnusableConfiguration(name, 0, "settings-missing") from None
    except OSError:
        raise UnusableConfiguration(name, 0, "file-unreadable") from None
    if undecodable:
        line, rule, values = undecodable
        raise UnusableConfiguration(name, line, rule, values)
    try:
        # Composing builds nodes and runs no constructor: a tag is only a name here.
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnusableConfiguration(name, yaml_fault_line(error), "settings-bad-yaml") from None
    if not isinstance(node, yaml.MappingNode):
        raise UnusableConfiguration(name, 1, "settings-bad-yaml")
    _refuse_programs(node, name)
    return node


# What the documentation of MkDocs themes asks authors to write.
_KNOWN_CALLS: Final = re.compile(r"python/object/apply:(?:pymdownx|material)\.[\w.]+")


def _refuse_programs(root: yaml.Node, name: str) -> None:
    """MkDocs calls whatever Python function a tag names, so a file from elsewhere could run any program."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind.startswith(("python/object", "python/module")) and not _KNOWN_CALLS.fullmatch(kind):
            raise UnusableConfiguration(name, node.start_mark.line + 1, "settings-runs-code", {"tag": f"!!{kind}"})
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [one for pair in node.value for one in pair]


def _pairs(node: yaml.Node | None) -> _Pairs:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): (value, key.start_mark.line + 1) for key, value in node.value}


def _find_entry(top: _Pairs, name: str) -> tuple[yaml.Node | None, int]:
    """The value of the plugin's entry (None for one without options) and its line."""
    plugins, line = top.get("plugins", (None, 1))
    if isinstance(plugins, yaml.MappingNode):
        inside = _pairs(plugins)
        if "jetki" in inside:
            return inside["jetki"]
    if isinstance(plugins, yaml.SequenceNode):
        for one in plugins.value:
            if isinstance(one, yaml.ScalarNode) and one.value == "jetki":
                return None, one.start_mark.line + 1
            inside = _pairs(one)
            if "jetki" in inside:
                return inside["jetki"]
    raise UnusableConfiguration(name, line, "settings-no-jetki")


class _Wrong(Exception):
    """A value that is not what its key needs."""


# ---------------------------------------------------------------- values

_FOLDER: Final = re.compile(r"[^\\/:*?\"<>|\0]+(?:/[^\\/:*?\"<>|\0]+)*")


def _read_words(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null"):
        raise _Wrong
    return " ".join(str(node.value).split())


def _read_folder(node: yaml.Node) -> str:
    folder = _read_words(node).removesuffix("/")
    if not _FOLDER.fullmatch(folder) or {"..", "."} & set(folder.split("/")):
        raise _Wrong
    return folder


def _read_address(node: yaml.Node) -> str:
    address = _read_words(node) if not _is_null(node) else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _Wrong from None
    if address and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise _Wrong
    return address


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")


def _read_flag(node: yaml.Node) -> bool:
    word = _read_words(node).lower()
    if word not in ("true", "false", "yes", "no", "on", "off"):
        raise _Wrong
    return word in ("true", "yes", "on")


def _number_between(least: int, most: int) -> Callable[[yaml.Node], int]:
    def read(node: yaml.Node) -> int:
        word = _read_words(node)
        if not re.fullmatch(r"\d{1,6}", word) or not least <= int(word) <= most:
            raise _Wrong
        return int(word)

    return read


def _one_of(*known: str) -> Callable[[yaml.Node], str]:
    def read(node: yaml.Node) -> str:
        word = _read_words(node).lower()
        if word not in known:
            raise _Wrong
        return word

    return read


def _read_sizes(node: yaml.Node) -> tuple[int, ...]:
    # Below 16 pt nothing is large print (UKAAF); above 72 pt a line holds hardly a word on A4 (our choice).
    read = _number_between(16, 72)
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    sizes = tuple(dict.fromkeys(read(one) for one in nodes))
    if not sizes:
        raise _Wrong
    return sizes


_PLAIN: Final[Mapping[str, Callable[[yaml.Node], object]]] = {
    "content": _read_folder,
    "site": _read_folder,
    "publisher": _read_words,
    "site_url": _read_address,
    "large_print_sizes": _read_sizes,
    "accessibility_certifier": _read_words,
}
_BRAILLE: Final[Mapping[str, Callable[[yaml.Node], object]]] = {
    # Displays have 12 to 80 cells, embossers up to 43 cells and 30 lines; room for odd machines (our choice).
    "cells_per_line": _number_between(12, 100),
    "lines_per_page": _number_between(5, 100),
    "pages_per_volume": _number_between(2, 1000),
    "kyrgyz_capitals": _read_flag,
    "english_mathematics": _one_of("ueb", "nemeth"),
    "english_grade": _number_between(1, 2),
}
_SPEECH: Final = ("voices", "words_per_minute", "models")
_OTHER: Final = ("site_name", "languages", "default_language", "braille", "speech")


class _SettingsReader:
    def __init__(self, path: str) -> None:
        self._path = path
        self.findings: list[Finding] = []

    def read(self, top: _Pairs, entry: yaml.Node | None) -> Settings:
        if entry is not None and not isinstance(entry, yaml.MappingNode) and not _is_null(entry):
            self._wrong(entry.start_mark.line + 1, "jetki", entry)
        own = _pairs(entry)
        self._check_keys(own, (*_PLAIN, *_OTHER), "")
        languages = self._languages(own)
        settings = Settings(site_name=self._site_name(own, top, languages), languages=languages)
        # mkdocs.yml has general keys for the same things; the plugin's own come first.
        for general, name in (("docs_dir", "content"), ("site_dir", "site"), ("site_url", "site_url")):
            if general in top and name not in own:
                own[name] = top[general]
        changes: dict[str, Any] = self._values(own, _PLAIN, "")
        if languages:
            changes["default_language"] = self._default_language(own, languages)
        changes["braille"] = self._braille(own)
        changes["speech"] = self._speech(own)
        return replace(settings, **changes)

    def _report(self, line: int, rule: str, /, **values: str) -> None:
        self.findings.append(Finding(self._path, line, rule, SEVERITIES[rule], values))

    def _wrong(self, line: int, key: str, node: yaml.Node) -> None:
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else "[…]"
        self._report(line, "settings-value-wrong", key=key, value=value)

    def _check_keys(self, pairs: _Pairs, known: tuple[str, ...], prefix: str) -> None:
        for key, (_, line) in pairs.items():
            if key not in known:
                self._report(line, "settings-unknown-key", key=prefix + key, known=", ".join(sorted(known)))

    def _values(
        self, pairs: _Pairs, readers: Mapping[str, Callable[[yaml.Node], object]], prefix: str
    ) -> dict[str, object]:
        values: dict[str, object] = {}
        for key, read in readers.items():
            if key not in pairs:
                continue
            node, line = pairs[key]
            # An address or a folder may come from the environment: `!ENV NAME` says nothing to us.
            if node.tag.startswith("!") and prefix == "" and key in ("site_url",):
                continue
            try:
                values[key] = read(node)
            except _Wrong:
                self._wrong(line, prefix + key, node)
        return values

    def _languages(self, own: _Pairs) -> tuple[LanguageTag, ...]:
        if "languages" not in own:
            return SITE_LANGUAGES
        node, line = own["languages"]
        written = node.value if isinstance(node, yaml.SequenceNode) else [node]
        languages: dict[LanguageTag, None] = {}
        for one in written:
            tag = self._site_language(one, one.start_mark.line + 1 if one is not node else line, "languages")
            if tag:
                languages[tag] = None
        return tuple(languages)

    def _site_language(self, node: yaml.Node, line: int, key: str) -> LanguageTag | None:
        if not isinstance(node, yaml.ScalarNode):
            self._wrong(line, key, node)
            return None
        # YAML reads a bare `no` as a truth value; its letters are still here.
        try:
            tag = parse_language_tag(str(node.value))
        except UnknownLanguageTag as error:
            if error.suggestion:
                self._report(line, "language-mistaken", tag=error.tag, suggestion=error.suggestion)
            else:
                self._report(line, "language-unknown", tag=error.tag)
            return error.suggestion
        if tag not in SITE_LANGUAGES:
            self._report(line, "settings-language-unpublishable", tag=tag, known=", ".join(SITE_LANGUAGES))
            return None
        return tag

    def _default_language(self, own: _Pairs, languages: tuple[LanguageTag, ...]) -> LanguageTag:
        if "default_language" not in own:
            return languages[0]
        node, line = own["default_language"]
        tag = self._site_language(node, line, "default_language")
        if tag is None:
            return languages[0]
        if tag not in languages:
            self._wrong(line, "default_language", node)
            return languages[0]
        return tag

    def _site_name(self, own: _Pairs, top: _Pairs, languages: tuple[LanguageTag, ...]) -> Mapping[LanguageTag, str]:
        general = str(top["site_name"][0].value) if _has_words(top, "site_name") else "Jetki"
        names: dict[LanguageTag, str] = dict.fromkeys(languages, general)
        if "site_name" not in own:
            return names
        node, line = own["site_name"]
        if isinstance(node, yaml.ScalarNode) and not _is_null(node):
            return dict.fromkeys(languages, str(node.value))
        if not isinstance(node, yaml.MappingNode):
            self._wrong(line, "site_name", node)
            return names
        for key, (value, at) in _pairs(node).items():
            try:
                tag = parse_language_tag(key)
                words = _read_words(value)
            except UnknownLanguageTag as error:
                self._report(at, "language-unknown", tag=error.tag)
            except _Wrong:
                self._wrong(at, f"site_name.{key}", value)
            else:
                if tag in languages and words:
                    names[tag] = words
        return names

    def _braille(self, own: _Pairs) -> BrailleSettings:
        if "braille" not in own:
            return BrailleSettings()
        node, line = own["braille"]
        if not isinstance(node, yaml.MappingNode):
            self._wrong(line, "braille", node)
            return BrailleSettings()
        pairs = _pairs(node)
        self._check_keys(pairs, tuple(one.name for one in fields(BrailleSettings)), "braille.")
        changes: dict[str, Any] = self._values(pairs, _BRAILLE, "braille.")
        return replace(BrailleSettings(), **changes)

    def _speech(self, own: _Pairs) -> SpeechSettings:
        if "speech" not in own:
            return SpeechSettings()
        node, line = own["speech"]
        if not isinstance(node, yaml.MappingNode):
            self._wrong(line, "speech", node)
            return SpeechSettings()
        pairs = _pairs(node)
        self._check_keys(pairs, _SPEECH, "speech.")
        # Below 80 words a minute voices stretch sounds until they cannot be understood; above 450 nobody needs (our
        # choice: espeak-ng takes 80 to 450).
        rate = self._values(pairs, {"words_per_minute": _number_between(80, 450)}, "speech.")
        changes: dict[str, Any] = {name: self._by_language(pairs, name) for name in ("voices", "models")}
        return replace(SpeechSettings(), **changes, **cast(dict[str, Any], rate))

    def _by_language(self, pairs: _Pairs, name: str) -> Mapping[LanguageTag, str]:
        if name not in pairs:
            return {}
        node, line = pairs[name]
        if not isinstance(node, yaml.MappingNode):
            self._wrong(line, f"speech.{name}", node)
            return {}
        chosen: dict[LanguageTag, str] = {}
        for key, (value, at) in _pairs(node).items():
            try:
                chosen[parse_language_tag(key)] = _read_words(value)
            except UnknownLanguageTag as error:
                self._report(at, "language-unknown", tag=error.tag)
            except _Wrong:
                self._wrong(at, f"speech.{name}.{key}", value)
        return chosen


def _has_words(pairs: _Pairs, key: str) -> bool:
    return key in pairs and isinstance(pairs[key][0], yaml.ScalarNode) and bool(str(pairs[key][0].value).strip())
