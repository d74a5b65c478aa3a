"""An `assessmentItem` as a question in one language. Pure.

Rules of response processing are recognised by comparing them with those that would be written for the key; others than
these and the two standard templates are a finding, and the key is taken from the declarations alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from api.domains.items.content import (
    Accepted,
    Choice,
    Content,
    Essay,
    EssayKey,
    FileUpload,
    FileUploadKey,
    Key,
    Matching,
    MatchingKey,
    Medium,
    MediumKind,
    MultipleChoice,
    MultipleChoiceKey,
    Numeric,
    NumericKey,
    Ordering,
    OrderingKey,
    Part,
    ShortText,
    ShortTextKey,
    SingleChoice,
    SingleChoiceKey,
    Tolerance,
    ToleranceKind,
)
from api.domains.items.qti.body import INLINE, read_prose
from api.domains.items.qti.writing import (
    CHOSEN,
    FEEDBACK,
    FEEDBACKS,
    MAXSCORE,
    MEDIUM_CLASS,
    NAMESPACE,
    PERCENT,
    SCORE,
    UNIT_CLASS,
    base,
    mapping,
    one_part,
    processing,
    set_score,
)
from api.domains.items.qti.xml import Node, is_blank, same

READ_NAMESPACES: Final = (NAMESPACE, "http://www.imsglobal.org/xsd/imsqti_v2p1")
_TEMPLATES: Final = "/rptemplates/"
_INTERACTIONS: Final = (
    "choiceInteraction",
    "orderInteraction",
    "matchInteraction",
    "textEntryInteraction",
    "extendedTextInteraction",
    "uploadInteraction",
)
_FIELD: Final = "textEntryInteraction"
_GAP: Final = "____"
ZERO: Final = Decimal(0)
MOST_LETTERS: Final = 300
"""Of a short answer, and of a number."""
MOST_DIGITS: Final = 12
_BLOCKS: Final = frozenset({"p", "pre", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})


Place = Callable[[str], UUID | None]
"""The placeholder of a media file by its path in the item; None when the package does not have it."""


class CannotRead(Exception):
    """The item is none of the eight kinds, or lacks what makes it one. `code` names the message, with its place."""

    def __init__(self, code: str, line: int, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.values = values


@dataclass(frozen=True, slots=True)
class ReadItem:
    """What one file says: a question whose texts are in one language."""

    identifier: str
    label: str
    tool: str
    language: str | None
    points: Decimal
    content: Content
    key: Key
    files: Mapping[UUID, str]
    """Placeholder in `Medium.file_id` -> path as the item names it."""


class Reports:
    """Collects what was not taken over of one file: (line, code, values)."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str, Mapping[str, str]]] = []

    def add(self, line: int, code: str, **values: str) -> None:
        self.found.append((line, code, values))

    def prose(self, line: int, code: str, name: str) -> None:
        self.add(line, code, name=name)


def read_item(root: Node, default_language: str, reports: Reports, place: Place) -> ReadItem:
    """The question of a file. `place` gives a media file's placeholder by the path in the item. Raises CannotRead."""
    if root.name != "assessmentItem" or root.namespace not in READ_NAMESPACES:
        raise CannotRead("no-qti-item", root.line, name=root.name[:60], namespace=root.namespace[:100] or "-")
    return _Reader(root, default_language, reports, place).item()


class _Reader:
    def __init__(self, root: Node, default_language: str, reports: Reports, place: Place) -> None:
        self.root = root.read("timeDependent", "toolVersion")
        said = root.get("xml:lang").replace("_", "-").split("-")[0].casefold()
        self.said = said or None
        self.language = said or default_language
        self.reports = reports
        self.place = place
        self.files: dict[UUID, str] = {}
        self.unit: dict[str, str] | None = None

    def item(self) -> ReadItem:
        root = self.root
        if self.language not in ("ky", "ru", "en"):
            raise CannotRead("language-unknown", root.line, language=self.language[:20])
        if root.get("adaptive") == "true":
            raise CannotRead("adaptive-item", root.line)
        identifier, label, title = root.get("identifier"), root.get("label"), root.get("title")
        if title not in ("", identifier, label):
            self.reports.add(root.line, "title-lost", text=title[:80])
        body = root.first("itemBody")
        if body is None:
            raise CannotRead("no-interaction", root.line)
        interaction, others = self.find_interaction(body)
        declaration = self.declaration(interaction)
        content = self.content(body, interaction, declaration)
        key = self.key(content, declaration, body)
        key = self.with_feedback(key)
        points = self.points(key, declaration)
        self.check_processing(key)
        for other in others:
            self.reports.add(other.line, "second-interaction", name=other.name)
            other.read_all()
        return ReadItem(identifier, label, root.get("toolName"), self.said, points, content, key, self.files)

    def texts(self, text: str) -> dict[str, str]:
        return {self.language: text}

    def prose(self, nodes: Sequence[Node | str]) -> str:
        return read_prose(nodes, self.reports.prose)

    # ------------------------------------------------------------ finding things

    def find_interaction(self, body: Node) -> tuple[Node, list[Node]]:
        found = [one for one in body.walk() if one.name.endswith("Interaction")]
        known = [one for one in found if one.name in _INTERACTIONS]
        if not known:
            name = found[0].name if found else "-"
            raise CannotRead("no-interaction", found[0].line if found else body.line, name=name)
        return known[0].read(), [one for one in found if one is not known[0]]

    def declaration(self, interaction: Node) -> Node:
        wanted = interaction.get("responseIdentifier")
        for one in self.root.elements():
            if one.name == "responseDeclaration" and one.attributes.get("identifier") == wanted:
                return one.read("identifier", "cardinality", "baseType")
        raise CannotRead("no-declaration", interaction.line, name=wanted[:60])

    # ------------------------------------------------------------ content

    def content(self, body: Node, interaction: Node, declaration: Node) -> Content:
        before, media = self.outside(body, interaction)
        prompt = interaction.first("prompt")
        if prompt is not None:
            before = [*before, *prompt.inside()]
        said: dict[str, Any] = {"prompt": self.texts(self.prose(before)), "media": media}
        base_type = declaration.attributes.get("baseType", "")
        single = declaration.attributes.get("cardinality") == "single"
        match interaction.name:
            case "choiceInteraction":
                return self.choice(interaction, said, single=single)
            case "orderInteraction":
                if interaction.get("shuffle") == "false":
                    self.reports.add(interaction.line, "always-shuffled")
                return Ordering(**said, parts=[self.part(one) for one in interaction.all("simpleChoice")])
            case "matchInteraction":
                return self.matching(interaction, said)
            case "textEntryInteraction":
                if base_type in ("float", "integer"):
                    return Numeric(**said, unit=self.unit)
                longest = self.whole_number(interaction, "expectedLength") or MOST_LETTERS
                return ShortText(**said, longest=min(longest, MOST_LETTERS))
            case "extendedTextInteraction":
                least, most = (self.whole_number(interaction, f"data-words-at-{one}") for one in ("least", "most"))
                return Essay(**said, words_at_least=least, words_at_most=most)
            case _:
                return self.upload(interaction, said)

    def outside(self, body: Node, interaction: Node) -> tuple[list[Node | str], list[Medium]]:
        """The prompt's blocks and media: everything in the body but the interaction and what is for markers."""
        blocks: list[Node | str] = []
        media: list[Medium] = []
        self.collect(body, body, interaction, blocks, media)
        return blocks, media

    def collect(
        self, block: Node, body: Node, interaction: Node, blocks: list[Node | str], media: list[Medium]
    ) -> None:
        """Other programs set the whole of a question into boxes for its layout: we look into these."""
        descriptions = {one.attributes.get("aria-describedby", "") for one in body.walk() if one.name == "img"}
        for one in block.inside():
            if isinstance(one, str):
                blocks.append(one)
            elif one is interaction or one.name == "rubricBlock":
                continue
            elif one.name == "div" and one.attributes.get("id") in descriptions:
                continue  # read with its picture
            elif (found := self.media_in(one, body)) is not None:
                media += found
            elif any(inner is interaction for inner in one.walk()):
                if interaction.name == _FIELD and (one.name in INLINE or _has_words_beside(one, interaction)):
                    blocks.append(Node("div", {}, self.around(one, interaction), one.line))
                else:
                    self.read_box(one)
                    self.collect(one, body, interaction, blocks, media)
            elif not one.name.endswith("Interaction"):
                blocks.append(one)

    def read_box(self, block: Node) -> None:
        block.read()
        if block.name not in ("div", "p"):
            self.reports.add(block.line, "formatting-lost", name=block.name)

    def around(self, block: Node, interaction: Node) -> list[Node | str]:
        """Text that stands in one paragraph with the field to be filled: a gap shows where the field was. Nothing where
        there is no such text."""
        self.read_box(block)
        inside: list[Node | str] = []
        has_words = False
        for one in block.inside():
            if one is interaction:
                inside.append(_GAP)
            elif isinstance(one, Node) and one.attributes.get("class") == UNIT_CLASS:
                one.read("class")
                self.unit = self.texts(one.text())
            elif isinstance(one, Node) and any(inner is interaction for inner in one.walk()):
                nested = self.around(one, interaction)
                inside += nested or [_GAP]
                has_words = has_words or bool(nested)
            else:
                inside.append(one)
                has_words = has_words or not (is_blank(one) if isinstance(one, str) else one.name in _BLOCKS)
        if not has_words:
            inside = [one for one in inside if one != _GAP and not (isinstance(one, str) and is_blank(one))]
        return inside

    def media_in(self, block: Node, body: Node) -> list[Medium] | None:
        """The media of a block that holds nothing else; None when it is no such block."""
        shown = [one for one in block.walk() if one.name in ("img", "object")]
        if not shown:
            return None
        is_ours = block.attributes.get("class") == MEDIUM_CLASS
        words = any(isinstance(one, str) and not is_blank(one) for one in block.children)
        if not is_ours and (words or any(one.name.endswith("Interaction") for one in block.walk())):
            return None
        if not is_ours and block not in shown:
            self.reports.add(block.line, "formatting-lost", name=block.name)
        block.read("class")
        return [medium for one in shown if (medium := self.medium(one, body)) is not None]

    def medium(self, node: Node, body: Node) -> Medium | None:
        node.read()
        id_ = node.get("id") or f"medium{len(self.files) + 1}"
        if node.name == "img":
            path, kind = node.get("src"), MediumKind.PICTURE
            text = node.get("alt")
        else:
            path, said = node.get("data"), node.get("type")
            kind = MediumKind.VIDEO if said.startswith("video/") else MediumKind.AUDIO
            if said.startswith("image/"):
                kind = MediumKind.PICTURE
            text = self.prose(node.inside())
        if not text.strip():
            self.reports.add(node.line, "medium-without-words", name=path[:80])
            node.read_all()
            return None
        file_id: UUID | None = self.place(path)
        if file_id is None:
            self.reports.add(node.line, "medium-missing", name=path[:80] or "-")
            node.read_all()
            return None
        self.files[file_id] = path
        described = None
        if name := node.get("aria-describedby"):
            for one in body.walk():
                if one.attributes.get("id") == name:
                    one.read("id")
                    described = self.texts(self.prose(one.inside()))
        return Medium(
            id=id_,
            kind=kind,
            file_id=file_id,
            text=self.texts(text),
            long_description=described,
            text_says_all=node.get("data-text-says-all") == "true",
        )

    def choice(self, interaction: Node, said: dict[str, Any], *, single: bool) -> Content:
        shuffle = interaction.get("shuffle") == "true"
        interaction.read("minChoices", "maxChoices")
        if interaction.attributes.get("minChoices", "0") != "0":
            self.reports.add(interaction.line, "least-lost", value=interaction.attributes["minChoices"][:10])
        choices = [self.choice_part(one) for one in interaction.all("simpleChoice")]
        if single:
            return SingleChoice(**said, choices=choices, shuffle=shuffle)
        limit = self.whole_number(interaction, "maxChoices") if "maxChoices" in interaction.attributes else 1
        return MultipleChoice(**said, choices=choices, shuffle=shuffle, at_most=limit or None)

    def choice_part(self, node: Node) -> Choice:
        part = self.part(node)
        return Choice(id=part.id, text=part.text, medium=part.medium, stays=node.get("fixed") == "true")

    def part(self, node: Node) -> Part:
        blocks: list[Node | str] = []
        media: list[Medium] = []
        descriptions = {one.attributes.get("aria-describedby", "") for one in node.walk() if one.name == "img"}
        for one in node.inside():
            if isinstance(one, Node) and one.name == "div" and one.attributes.get("id") in descriptions:
                continue
            found = self.media_in(one, node) if isinstance(one, Node) else None
            if found is None:
                blocks.append(one)
            else:
                media += found
        if node.attributes.get("showHide") == "show":
            node.read("showHide")  # as it is anyhow
        for extra in media[1:]:
            self.reports.add(node.line, "second-medium", name=self.files.pop(extra.file_id)[:80])
        text = self.prose(blocks)
        if not text and media:
            text = media[0].text[self.language]  # a picture alone: its words are the choice
        return Part(id=node.get("identifier"), text=self.texts(text), medium=media[0] if media else None)

    def matching(self, interaction: Node, said: dict[str, Any]) -> Content:
        sets = interaction.all("simpleMatchSet")
        if len(sets) != 2:
            raise CannotRead("no-interaction", interaction.line, name=interaction.name)
        interaction.read("maxAssociations", "minAssociations")
        shuffle = interaction.get("shuffle") == "true"
        rows, columns = (one.all("simpleAssociableChoice") for one in sets)
        for one in rows:
            if one.get("matchMax") != "1":
                self.reports.add(one.line, "one-match-only", name=one.attributes.get("identifier", "")[:40])
        fixed = {one.get("fixed") for one in rows} == {"true"}
        once = {one.get("matchMax") for one in columns} == {"1"}
        sources = [self.part(one) for one in rows]
        targets = [self.part(one) for one in columns]
        return Matching(**said, sources=sources, targets=targets, targets_once=once, shuffle=shuffle and not fixed)

    def upload(self, interaction: Node, said: dict[str, Any]) -> Content:
        one, several = interaction.get("type"), interaction.get("data-media-types")
        files, size = (self.whole_number(interaction, one) for one in ("data-files-at-most", "data-max-bytes"))
        known: dict[str, Any] = {"media_types": several.split() if several else [one] if one else []}
        if files is not None:
            known["at_most"] = files
        if size is not None:
            known["max_bytes"] = size
        return FileUpload(**said, **known)

    def whole_number(self, node: Node, name: str) -> int | None:
        """None where it is not said. What is no number of ours is told, and goes without saying."""
        text = node.get(name).strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
            return int(text)
        self.reports.add(node.line, "number-lost", name=name, value=text[:20])
        return None

    # ------------------------------------------------------------ key

    def key(self, content: Content, declaration: Node, body: Node) -> Key:
        right = [one.text() for one in self.values(declaration)]
        mapping = declaration.first("mapping")
        given: dict[str, Any] = {}
        if (hints := self.hints(body)) is not None:
            given["hints"] = self.texts(hints)
        match content:
            case SingleChoice():
                weights = self.weights(mapping, right, is_single=True)
                best = right or ([max(weights.items(), key=lambda one: one[1])[0]] if weights else [])
                if len(best) != 1:
                    raise CannotRead("no-key", declaration.line)
                return SingleChoiceKey(right=best[0].strip(), weights=weights, **given)
            case MultipleChoice():
                weights = self.weights(mapping, right)
                rights = [one.strip() for one in right] or [one for one, worth in (weights or {}).items() if worth > 0]
                if not rights:
                    raise CannotRead("no-key", declaration.line)
                return MultipleChoiceKey(right=rights, weights=weights, **given)
            case Ordering():
                if not right:
                    raise CannotRead("no-key", declaration.line)
                return OrderingKey(order=[one.strip() for one in right], partial=self.scores_parts(len(right)), **given)
            case Matching():
                return self.match_key(right, mapping, declaration, given)
            case Numeric():
                if len(right) != 1:
                    raise CannotRead("no-key", declaration.line)
                return NumericKey(value=_plain(right[0], declaration), tolerance=self.tolerance(), **given)
            case ShortText():
                return self.text_key(right, mapping, declaration, given)
            case Essay():
                return EssayKey(**given)
            case _:
                return FileUploadKey(**given)

    def values(self, declaration: Node) -> list[Node]:
        correct = declaration.first("correctResponse")
        return [] if correct is None else correct.all("value")

    def hints(self, body: Node) -> str | None:
        blocks = [
            one for one in body.elements() if one.name == "rubricBlock" and "scorer" in one.attributes.get("view", "")
        ]
        if not blocks:
            return None
        return "\n\n".join(self.prose(one.read("view").inside()) for one in blocks)

    def weights(
        self, mapping: Node | None, right: Collection[str], *, is_single: bool = False
    ) -> dict[str, int] | None:
        if mapping is None:
            return None
        found = self.entries(mapping)
        if right:
            whole = sum((found.get(one.strip(), ZERO) for one in right), ZERO)
        elif is_single:
            whole = max(found.values(), default=ZERO)
        else:
            whole = sum((worth for worth in found.values() if worth > 0), ZERO)
        self.check_upper_bound(mapping, whole)
        scale = 10 ** max((max(0, -int(worth.as_tuple().exponent)) for worth in found.values()), default=0)
        return {one: int(worth * scale) for one, worth in found.items()}

    def entries(self, mapping: Node) -> dict[str, Decimal]:
        """What is mapped to what. The lower bound is ours: never below nothing. See `check_upper_bound`."""
        if mapping.get("defaultValue", "0") not in ("0", "0.0"):
            self.reports.add(mapping.line, "mapping-default-lost", value=mapping.attributes["defaultValue"][:20])
        low = mapping.get("lowerBound")
        mapping.read("upperBound")
        if low not in ("0", "0.0"):
            self.reports.add(mapping.line, "bound-set")
        found: dict[str, Decimal] = {}
        for one in mapping.all("mapEntry"):
            worth = _number(one.get("mappedValue"), one)
            if abs(worth) >= 100_000 or int(worth.as_tuple().exponent) < -3:
                raise CannotRead("bad-number", one.line, value=str(worth)[:20])
            key = one.get("mapKey")
            if key in found:
                self.reports.add(one.line, "mapped-twice", value=key[:40])
            found.setdefault(key, worth)
        return found

    def check_upper_bound(self, mapping: Node, most: Decimal) -> None:
        """`most` is what the right answer is worth in all. With a bound below it a part of the answer would be enough
        for all points, with a bound above it nothing would: neither do we have."""
        said = mapping.attributes.get("upperBound", "")
        if said and _number(said, mapping) != most:
            self.reports.add(mapping.line, "upper-bound-lost", value=said[:20])

    def match_key(self, right: list[str], mapping: Node | None, declaration: Node, given: dict[str, Any]) -> Key:
        pairs = dict(one.split() for one in right if len(one.split()) == 2)
        if not pairs or len(pairs) < len(right):
            raise CannotRead("no-key", declaration.line)
        if mapping is not None:
            worths = self.entries(mapping)
            self.check_upper_bound(mapping, sum(worths.values(), ZERO))
            wanted = {f"{source} {target}" for source, target in pairs.items()}
            if set(worths) != wanted or len(set(worths.values())) != 1:
                self.reports.add(mapping.line, "mapping-lost")
        return MatchingKey(pairs=pairs, partial=mapping is not None, **given)

    def text_key(self, right: list[str], mapping: Node | None, declaration: Node, given: dict[str, Any]) -> Key:
        matters = True  # as the others match where nothing else is said
        accepted = []
        if mapping is not None:
            nodes = {one.attributes.get("mapKey"): one for one in mapping.elements() if one.name == "mapEntry"}
            cases = {one.get("caseSensitive", "true") in ("true", "1") for one in nodes.values()}
            matters = cases == {True}
            if len(cases) > 1:
                self.reports.add(mapping.line, "case-lost")
            worths = self.entries(mapping)
            whole = self.upper_bound(mapping) or max(worths.values(), default=Decimal(0))
            for text, worth in worths.items():
                percent = int(worth * PERCENT / whole) if whole > 0 else 0
                if percent < 1:
                    self.reports.add(nodes[text].line, "mapping-lost")
                else:
                    accepted.append(Accepted(text=text, percent=percent))
        else:
            accepted = [Accepted(text=one) for one in right]
        if not accepted:
            raise CannotRead("no-key", declaration.line)
        return ShortTextKey(accepted={self.language: accepted}, case_matters=matters, **given)

    def upper_bound(self, mapping: Node) -> Decimal:
        """Nothing where none is said."""
        said = mapping.get("upperBound")
        return Decimal(_plain(said, mapping)) if said else Decimal(0)

    # ------------------------------------------------------------ processing, points, feedback

    def rules(self) -> Node | None:
        return next((one for one in self.root.elements() if one.name == "responseProcessing"), None)

    def scores_parts(self, count: int) -> bool:
        rules = self.rules()
        if rules is None:
            return False
        parts = [set_score(base("float", "0")), *(one_part(place + 1, count) for place in range(count))]
        return all(any(same([one], [part]) for one in rules.elements()) for part in parts)

    def tolerance(self) -> Tolerance:
        rules = self.rules()
        for one in () if rules is None else rules.walk():
            if one.name != "equal" or not any(inner.name == "correct" for inner in one.elements()):
                continue
            mode = one.attributes.get("toleranceMode", "exact")
            amounts = one.attributes.get("tolerance", "").split()
            if mode in ("absolute", "relative") and amounts:
                if len(set(amounts)) > 1:
                    self.reports.add(one.line, "tolerance-lost", value=" ".join(amounts)[:40])
                return Tolerance(kind=ToleranceKind(mode), amount=_plain(amounts[0], one))
            return Tolerance()
        return Tolerance()

    def points(self, key: Key, declaration: Node) -> Decimal:
        outcomes = {
            one.attributes.get("identifier", ""): one
            for one in self.root.elements()
            if one.name == "outcomeDeclaration"
        }
        for name in (SCORE, MAXSCORE, FEEDBACK, CHOSEN):
            if name in outcomes:
                outcomes[name].read("identifier", "cardinality", "baseType")
        score, most = outcomes.get(SCORE), outcomes.get(MAXSCORE)
        said = ""
        if most is not None and (default := most.first("defaultValue")) is not None:
            said = "".join(one.text() for one in default.all("value")).strip()
        if score is not None:
            maximum = score.get("normalMaximum")
            if isinstance(key, EssayKey | FileUploadKey) and score.attributes.get("externalScored") == "human":
                score.read("externalScored")
            said = said or maximum
            if (default := score.first("defaultValue")) is not None:
                default.read_all()
        mapping = next((one for one in declaration.elements() if one.name == "mapping"), None)
        if not said and mapping is not None:
            said = mapping.attributes.get("upperBound", "")
            if not said:
                values = [_number(one.attributes.get("mappedValue", "0"), one) for one in mapping.elements()]
                best = max(values, default=Decimal(0))
                is_sum = isinstance(key, MultipleChoiceKey | MatchingKey)
                said = str(sum((one for one in values if one > 0), Decimal(0)) if is_sum else best)
        if not said:
            self.reports.add(self.root.line, "points-unsaid")
            return Decimal(1)
        points = _number(said, self.root)
        if not 0 < points <= 1000:
            raise CannotRead("bad-number", self.root.line, value=said[:20])
        if points != round(points, 2):
            self.reports.add(self.root.line, "points-rounded", value=said[:20])
        return max(round(points, 2), Decimal("0.01"))

    def check_processing(self, key: Key) -> None:
        """Marks the rules as read when they are those that we know; else they are a finding, as one."""
        rules = self.rules()
        if rules is None:
            if not isinstance(key, EssayKey | FileUploadKey):
                self.reports.add(self.root.line, "processing-absent")
            return
        template = rules.attributes.get("template", "")
        where, _, name = template.rpartition(_TEMPLATES)
        wanted = "map_response" if self.is_mapped(key) else "match_correct"
        known = processing(key, self.language)
        if (where and name.removesuffix(".xml") == wanted) or (known and same(rules.children, known[0].children)):
            rules.read_all()
            return
        rules.read_all()
        self.reports.add(rules.line, "processing-lost", name=name[:60] or "-")

    def is_mapped(self, key: Key) -> bool:
        return mapping(key, self.language) is not None

    def with_feedback(self, key: Key) -> Key:
        fields = dict(FEEDBACKS)
        of_choices: dict[str, dict[str, str]] = {}
        for one in self.root.all("modalFeedback"):
            outcome, name = one.get("outcomeIdentifier"), one.get("identifier")
            hides = one.get("showHide") == "hide"
            text = self.prose(one.inside())
            if not text:
                continue
            if outcome == FEEDBACK and name in fields and not hides:
                setattr(key, fields[name], self.texts(text))
            elif outcome == CHOSEN and isinstance(key, SingleChoiceKey | MultipleChoiceKey) and not hides:
                of_choices[name] = self.texts(text)
            else:
                self.reports.add(one.line, "feedback-lost", name=name[:40], text=text[:80])
        if of_choices and isinstance(key, SingleChoiceKey | MultipleChoiceKey):
            key.choice_feedback = of_choices
        return key


def _has_words_beside(block: Node, field: Node) -> bool:
    """Whether the field or something around it stands in a line of text."""
    return any(one is field or (isinstance(one, str) and not is_blank(one)) for one in block.children)


def _number(text: str, node: Node) -> Decimal:
    """Raises CannotRead, also for what no key of ours could hold."""
    stripped = text.strip()
    try:
        number = Decimal(stripped) if len(stripped) <= MOST_LETTERS else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise CannotRead("bad-number", node.line, value=stripped[:20])
    return number


def _plain(text: str, node: Node) -> str:
    """A number as our keys have it. Raises CannotRead."""
    stripped, number = text.strip(), _number(text, node)
    return stripped if stripped.replace(".", "", 1).lstrip("-").isdigit() and stripped[:1] != "." else f"{number:f}"
