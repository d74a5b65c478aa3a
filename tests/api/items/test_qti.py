"""QTI 2.2: out and in again is identity; what is not taken over is listed; what means harm is refused."""

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.archives import ArchiveRefused, Limits, safe_path, unpack
from api.domains.items.checking import canonical, files_of
from api.domains.items.content import Content, ItemKind, Key
from api.domains.items.qti import (
    PackageFile,
    PackageRefused,
    QtiItem,
    QtiPackage,
    XmlRefused,
    read_package,
    write_package,
)
from api.domains.items.qti.xml import DEEPEST, Node, parse
from api.errors import load_texts
from tests.api.items.samples import version
from tests.api.items.shape import shape_faults
from tests.api.items.strategies import POINTS, questions

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"'


def package(files: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def manifest(*resources: str) -> str:
    inside = "".join(
        f'<resource identifier="r{number}" type="imsqti_item_xmlv2p2" href="{href}"><file href="{href}"/></resource>'
        for number, href in enumerate(resources)
    )
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{inside}</resources></manifest>'


def documents(packed: bytes) -> dict[str, Node]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: parse(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


def one_item(xml: str) -> QtiPackage:
    return read_package(package({"imsmanifest.xml": manifest("a.xml"), "a.xml": xml}), "ru")


def codes(found: QtiPackage) -> set[str]:
    return {one.code for one in found.findings}


@pytest.mark.parametrize("kind", ItemKind)
@settings(max_examples=12, deadline=None)
@given(data=st.data(), points=POINTS)
def test_what_goes_out_comes_in_the_same(kind: ItemKind, data: Any, points: Any) -> None:
    content, key = data.draw(questions(kind.value))
    item = QtiItem("Суроо 1/2", ("тема", "a-b"), points, content, key)
    endings = {"picture": "png", "audio": "mp3", "video": "mp4"}
    media = {id_: PackageFile(f"f.{endings['picture']}", id_.bytes) for id_ in files_of(content).values()}
    packed = write_package([item], media)
    found = read_package(packed)
    assert found.findings == ()
    assert found.items == (item,)
    assert {id_: file.data for id_, file in found.media.items()} == {id_: file.data for id_, file in media.items()}
    for name, root in documents(packed).items():
        assert list(shape_faults(root)) == [], name


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<itemBody>", "<itemBody>words"),
        ('cardinality="single" baseType="identifier"', 'baseType="identifier"'),
        ('identifier="RESPONSE" cardinality', 'identifier="answer" cardinality'),
        ('shuffle="true"', 'shuffle="yes"'),
        ("<match>", "<match><null/>"),
        ("<responseProcessing>", '<modalFeedback outcomeIdentifier="FEEDBACK"/><responseProcessing>'),
        ("<itemBody>", '<itemBody><p id="RESPONSE"/>'),
        ("</semantics>", "<mn>1</mn></semantics>"),
    ],
)
def test_the_shape_is_looked_at(before: str, after: str) -> None:
    with zipfile.ZipFile(io.BytesIO(write_package([_sample("single-choice")], {}))) as archive:
        text = archive.read("items/0001.ky.xml").decode()
    assert before in text
    assert list(shape_faults(parse(text.replace(before, after, 1).encode())))


def test_the_same_questions_give_the_same_bytes() -> None:
    items = [_sample(kind) for kind in ItemKind]
    assert write_package(items, {}) == write_package(items, {})


def _sample(kind: str) -> QtiItem:
    wire = version(str(kind))
    content, key = canonical(msgspec.convert(wire["content"], Content), msgspec.convert(wire["key"], Key))
    return QtiItem(kind, (), Decimal(2), content, key)


def test_what_others_read_is_marked_as_we_mark() -> None:
    """The rules that go out say in QTI's words what `scoring` does; read by eye against the specification."""
    with zipfile.ZipFile(io.BytesIO(write_package([_sample("ordering")], {}))) as archive:
        text = archive.read("items/0001.ky.xml").decode()
    assert text.count('<index n="') == 8
    assert "<divide>" in text and '<baseValue baseType="float">4</baseValue>' in text
    assert 'cardinality="ordered"' in text


FOREIGN = f"""<assessmentItem {NS} identifier="q-1" title="Столицы" adaptive="false" timeDependent="false"
    xml:lang="ru">
  <responseDeclaration identifier="R1" cardinality="single" baseType="identifier">
    <correctResponse><value>B</value></correctResponse>
  </responseDeclaration>
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
  <stylesheet href="look.css" type="text/css"/>
  <itemBody>
    <p>Какой город — <strong>столица</strong> Кыргызстана?</p>
    <choiceInteraction responseIdentifier="R1" shuffle="true" maxChoices="1" data-theme="dark">
      <prompt>Выберите один.</prompt>
      <simpleChoice identifier="A">Ош</simpleChoice>
      <simpleChoice identifier="B" fixed="true">Бишкек<feedbackInline outcomeIdentifier="F" identifier="B"
        showHide="show">Верно</feedbackInline></simpleChoice>
    </choiceInteraction>
    <p><textEntryInteraction responseIdentifier="R2"/></p>
  </itemBody>
  <responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/>
</assessmentItem>"""


def test_a_question_from_elsewhere_is_taken_and_all_else_listed_with_its_line() -> None:
    found = one_item(FOREIGN)
    (item,) = found.items
    assert item.code == "q-1"
    assert item.content.prompt == {"ru": "Какой город — столица Кыргызстана?\n\nВыберите один."}
    assert [one.text["ru"] for one in item.content.choices] == ["Ош", "Бишкек"]  # type: ignore[union-attr]  # a choice
    assert item.key.right == "B"  # type: ignore[union-attr]
    told = {(one.code, one.line) for one in found.findings}
    assert told == {
        ("title-lost", 1),
        ("unsupported-element", 7),  # the style sheet
        ("formatting-lost", 9),
        ("unsupported-attribute", 10),
        ("unsupported-element", 13),  # feedback inside a choice
        ("second-interaction", 16),
        ("points-unsaid", 1),
    }
    assert all(one.file == "a.xml" for one in found.findings)


def test_rules_of_marking_that_are_not_ours_are_told() -> None:
    other = FOREIGN.replace("rptemplates/match_correct", "rptemplates/map_response_point")
    assert "processing-lost" in codes(one_item(other))


def test_weights_from_elsewhere_become_whole_ones() -> None:
    xml = f"""<assessmentItem {NS} identifier="w" title="w" adaptive="false" timeDependent="false">
    <responseDeclaration identifier="R" cardinality="multiple" baseType="identifier">
      <correctResponse><value>a</value><value>b</value></correctResponse>
      <mapping lowerBound="0" defaultValue="0"><mapEntry mapKey="a" mappedValue="0.5"/>
        <mapEntry mapKey="b" mappedValue="1"/><mapEntry mapKey="c" mappedValue="-0.25"/></mapping>
    </responseDeclaration>
    <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
    <itemBody><choiceInteraction responseIdentifier="R" shuffle="false" maxChoices="0"><prompt>?</prompt>
      <simpleChoice identifier="a">1</simpleChoice><simpleChoice identifier="b">2</simpleChoice>
      <simpleChoice identifier="c">3</simpleChoice></choiceInteraction></itemBody>
    <responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>
    </assessmentItem>"""
    found = one_item(xml)
    (item,) = found.items
    assert found.findings == ()
    assert item.key.weights == {"a": 50, "b": 100, "c": -25}  # type: ignore[union-attr]
    assert item.points == Decimal("1.5")


def test_a_gap_in_a_sentence_stays_a_gap() -> None:
    xml = f"""<assessmentItem {NS} identifier="g" title="g" adaptive="false" timeDependent="false">
    <responseDeclaration identifier="R" cardinality="single" baseType="string"><correctResponse><value>Бишкек</value>
    </correctResponse></responseDeclaration>
    <itemBody><p>Столица — <textEntryInteraction responseIdentifier="R"/>.</p></itemBody>
    </assessmentItem>"""
    (item,) = one_item(xml).items
    assert item.content.prompt == {"ru": "Столица — ____."}
    assert item.key.accepted["ru"][0].text == "Бишкек"  # type: ignore[union-attr]


def test_a_question_in_boxes_of_a_layout_keeps_its_words() -> None:
    """As other programs write it: boxes for the layout around everything, fields anywhere in a text."""
    xml = f"""<assessmentItem {NS} identifier="b" title="b" adaptive="false" timeDependent="false" toolVersion="3.4">
    <responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>a</value>
    </correctResponse></responseDeclaration>
    <itemBody><div><div><p>Кайсы шаар — борбор?</p>Тандаңыз.<choiceInteraction responseIdentifier="R" maxChoices="1">
      <simpleChoice identifier="a" showHide="show">Бишкек</simpleChoice><simpleChoice identifier="b">Ош</simpleChoice>
    </choiceInteraction><p>Шашпаңыз.</p></div></div></itemBody></assessmentItem>"""
    found = one_item(xml)
    assert found.items[0].content.prompt == {"ru": "Кайсы шаар — борбор?\n\nТандаңыз.\n\nШашпаңыз."}
    assert codes(found) == {"points-unsaid", "processing-absent"}
    field = '<textEntryInteraction responseIdentifier="R"/>'
    bodies = {
        f"<blockquote><p>Манас<br/>жана {field}<br/>уулу</p></blockquote>": "Манас\nжана ____\nуулу",
        f"<ul><li>Манас <em>жана {field}</em> уулу</li><li>Каныкей</li></ul>": "Манас жана ____ уулу\n\nКаныкей",
        f"<div><p>Манастын уулу ким?</p><div>{field}</div></div>": "Манастын уулу ким?",
        f"<div><p>Манастын уулу ким?</p>{field}</div>": "Манастын уулу ким?",
    }
    text = xml.replace('baseType="identifier"', 'baseType="string"')
    for body, prompt in bodies.items():
        start, end = text.index("<itemBody>"), text.index("</itemBody>")
        (item,) = one_item(f"{text[:start]}<itemBody>{body}{text[end:]}").items
        assert item.content.prompt == {"ru": prompt}


def test_words_are_matched_to_the_letter_unless_a_package_says_otherwise() -> None:
    xml = f"""<assessmentItem {NS} identifier="c" title="c" adaptive="false" timeDependent="false">
    <responseDeclaration identifier="R" cardinality="single" baseType="string"><mapping lowerBound="0">
    <mapEntry mapKey="Ош" mappedValue="1"/><mapEntry mapKey="ош" mappedValue="0.5"/></mapping></responseDeclaration>
    <itemBody><p>?</p><p><textEntryInteraction responseIdentifier="R"/></p></itemBody></assessmentItem>"""
    key = one_item(xml).items[0].key
    assert key.case_matters and [one.percent for one in key.accepted["ru"]] == [100, 50]  # type: ignore[union-attr]
    lenient = xml.replace('mapKey="Ош"', 'mapKey="Нарын"').replace("<mapEntry", '<mapEntry caseSensitive="false"')
    assert not one_item(lenient).items[0].key.case_matters  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (NS, 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"', "no-qti-item"),
        ('adaptive="false"', 'adaptive="true"', "adaptive-item"),
        ('xml:lang="ru"', 'xml:lang="de"', "language-unknown"),
        ("<value>B</value>", "<value>Z</value>", "fault"),
        ("<correctResponse><value>B</value></correctResponse>", "", "no-key"),
        ('responseIdentifier="R1"', 'responseIdentifier="R9"', "no-declaration"),
        ("</itemBody>", "", "xml-broken"),
        ("Ош", "&nbsp;", "xml-broken"),
    ],
)
def test_what_cannot_be_taken_is_left_out_and_told(before: str, after: str, code: str) -> None:
    found = one_item(FOREIGN.replace(before, after))
    assert found.items == ()
    assert code in codes(found)


def test_other_resources_and_files_are_told() -> None:
    text = manifest("a.xml", "gone.xml").replace(
        "</resources>", '<resource identifier="t" type="imsqti_test_xmlv2p2" href="test.xml"/></resources>'
    )
    found = read_package(package({"imsmanifest.xml": text, "a.xml": FOREIGN, "notes.txt": "?"}), "ru")
    told = {(one.code, one.file) for one in found.findings}
    assert {("unsupported-resource", "imsmanifest.xml"), ("file-missing", "imsmanifest.xml")} <= told
    assert ("unread-file", "notes.txt") in told


def test_languages_of_one_question_must_say_the_same() -> None:
    with zipfile.ZipFile(io.BytesIO(write_package([_sample("single-choice")], {}))) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    files["items/0001.ru.xml"] = files["items/0001.ru.xml"].replace(b"<value>b</value>", b"<value>a</value>")
    found = read_package(package(files))
    assert found.items == ()
    assert codes(found) == {"languages-differ"}


# ---------------------------------------------------------------- harm

BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY a{n} "&a{n - 1 if n > 1 else ""};&a{n - 1 if n > 1 else ""};">' for n in range(1, 30)
)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (BOMB + "]><a>&a29;</a>", "xml-declares"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-declares"),
        ('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "xml-declares"),
        ("<a>" * 100_000, "xml-too-deep"),
        ("<a>" + "<b/>" * 30_000 + "</a>", "xml-too-large"),
        ("<a " + " ".join(f'a{n}="1"' for n in range(100)) + "/>", "xml-too-large"),
        ("<a>" + "x" * 5_000_000 + "</a>", "xml-too-large"),
        ("\x00<a/>", "xml-broken"),
        ("", "xml-broken"),
    ],
)
def test_xml_that_means_harm_is_refused(xml: str, code: str) -> None:
    with pytest.raises(XmlRefused) as refused:
        parse(xml.encode())
    assert refused.value.code == code
    assert DEEPEST < 100


def _with_link() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("imsmanifest.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 no archive", "not-an-archive"),
        (package({f"f{n}.xml": "" for n in range(10_000)}), "too-many-files"),
        (package({"../imsmanifest.xml": "x"}), "bad-path"),
        (package({"/etc/passwd": "x"}), "bad-path"),
        (package({"a\\..\\..\\b.xml": "x"}), "bad-path"),
        (package({"C:/x.xml": "x"}), "bad-path"),
        (_with_link(), "bad-path"),
        (package({"A.xml": "x", "a.XML": "y"}), "file-twice"),
        (package({"a.xml": "x"}), "no-manifest"),
        (package({"imsmanifest.xml": BOMB + "]><a/>"}), "xml-declares"),
    ],
)
def test_archives_that_mean_harm_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(PackageRefused) as refused:
        read_package(data)
    assert refused.value.code == code
    assert f"qti-{code}" in load_texts()


def test_an_archive_that_swells_is_refused_while_it_is_unpacked() -> None:
    for files in ({"a": b"0" * 2_000_000}, dict.fromkeys("abc", b"0" * 900)):
        with pytest.raises(ArchiveRefused, match="file-too-large"):
            unpack(package(files), Limits(10, 1_000, 2_000))


@given(st.text(max_size=40))
def test_a_safe_path_stays_below_its_folder(name: str) -> None:
    path = safe_path(name)
    assert path is None or (not path.startswith("/") and ".." not in path.split("/") and "\\" not in path)


NUMBERS = """<assessmentItem %s identifier="q" title="q" adaptive="false" timeDependent="false" xml:lang="ru">
<responseDeclaration identifier="R" cardinality="%s" baseType="%s"><correctResponse>%s</correctResponse>%s
</responseDeclaration><outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"%s/>
<itemBody><p>Сколько?</p>%s</itemBody></assessmentItem>"""
CHOICES = """<choiceInteraction responseIdentifier="R" maxChoices="0" shuffle="true">
<simpleChoice identifier="a">A</simpleChoice>
<simpleChoice identifier="b">B</simpleChoice>
<simpleChoice identifier="c">C</simpleChoice>
</choiceInteraction>"""


@pytest.mark.parametrize("value", ["²", "9" * 5000, "NaN", "-1", "1e99", "Infinity"])
@pytest.mark.parametrize("place", ["length", "files", "bytes", "mapped", "bound", "points"])
def test_an_odd_number_costs_one_question_at_most(place: str, value: str) -> None:
    mapping = '<mapping lowerBound="0" upperBound="{}"><mapEntry mapKey="4" mappedValue="{}"/></mapping>'
    field = '<p><textEntryInteraction responseIdentifier="R" {}/></p>'
    upload = '<uploadInteraction responseIdentifier="R" {}="{}"/>'
    single, four = ("single", "string"), "<value>4</value>"
    odd = {
        "length": (*single, four, "", "", field.format(f'expectedLength="{value}"')),
        "files": ("single", "file", "", "", "", upload.format("data-files-at-most", value)),
        "bytes": ("single", "file", "", "", "", upload.format("data-max-bytes", value)),
        "mapped": ("single", "float", four, mapping.format(1, value), "", field.format("")),
        "bound": (*single, four, mapping.format(value, 1), "", field.format("")),
        "points": (*single, four, "", f' normalMaximum="{value}"', field.format("")),
    }[place]
    good = NUMBERS % (NS, *single, four, "", "", field.format(""))
    files = {"a.xml": NUMBERS % (NS, *odd), "b.xml": good.replace('identifier="q"', 'identifier="q2"')}
    found = read_package(package({"imsmanifest.xml": manifest(*files), **files}), "ru")
    assert "q2" in [one.code for one in found.items]
    told = [one.code for one in found.findings if one.file == "a.xml"]
    assert set(told) - {"processing-absent"}
    assert all(f"qti-{one}" in load_texts() for one in told)


@pytest.mark.parametrize(
    ("bound", "entries", "code"),
    [
        ("1", ("a", "b"), "upper-bound-lost"),  # one of the two would be enough for all points
        ("3", ("a", "b"), "upper-bound-lost"),
        ("2", ("a", "b"), None),
        ("2", ("a", "b", "a"), "mapped-twice"),
    ],
)
def test_what_a_mapping_says_beyond_ours_is_told(bound: str, entries: tuple[str, ...], code: str | None) -> None:
    mapped = "".join(f'<mapEntry mapKey="{one}" mappedValue="1"/>' for one in entries)
    mapping = f'<mapping lowerBound="0" upperBound="{bound}">{mapped}</mapping>'
    right = "<value>a</value><value>b</value>"
    found = one_item(NUMBERS % (NS, "multiple", "identifier", right, mapping, ' normalMaximum="2"', CHOICES))
    assert codes(found) - {"processing-absent"} == ({code} if code else set())
    assert len(found.items) == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_item_never_breaks_the_reader(data: Any) -> None:
    """Whatever becomes of its bytes: an item, or a finding that has words."""
    text = FOREIGN.encode()
    at = data.draw(st.integers(0, len(text) - 1))
    count = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=5))
    found = one_item((text[:at] + put + text[at + count :]).decode("utf-8", "replace"))
    assert found.items or found.findings
    assert all(f"qti-{one.code}" in load_texts() for one in found.findings)
