"""Every rule that reading can report, with its severity. The words are in `builder.messages`."""

from collections.abc import Mapping
from typing import Final

from builder.model.finding import Severity

_ERRORS: Final = """
    abbreviation-repeated admonition-unknown anchor-broken anchor-broken-elsewhere anchor-repeated attribute-unknown
    attributes-misplaced code-fence-unclosed container-empty container-stray container-unclosed container-unknown
    course-bad-toml course-field-missing course-field-wrong course-folder-name course-id-differs course-missing-toml
    course-rights-missing course-text-missing description-without-picture diagram-arrow-unknown diagram-empty
    diagram-line-unknown diagram-node-repeated diagram-title-missing file-name-not-utf8 file-not-utf8
    file-other-encoding file-unreadable footnote-repeated footnote-undefined formula-unclosed front-matter-bad-yaml
    front-matter-missing front-matter-repeated-key front-matter-title-missing front-matter-unclosed
    front-matter-value-wrong heading-level-one html-comment html-script html-tag language-disagrees
    language-folder-unknown language-mistaken language-not-declared language-unknown lesson-bad-name lesson-empty
    lesson-name-long lesson-name-repeated lesson-order-repeated link-address-wrong link-broken link-broken-similar
    link-course-empty link-empty link-leaves-project link-scheme link-undeclared-resource markup-too-deep
    path-leaves-project recording-file-undeclared recording-not-media
    recording-script-missing recording-within-text recording-without-file
    picture-elsewhere picture-from-web picture-missing picture-undeclared resource-missing
    resource-active resource-outside-course
    resource-outside-media resource-repeated resource-rights-missing settings-bad-yaml settings-folders-overlap
    settings-language-unpublishable settings-missing settings-no-jetki settings-no-languages settings-runs-code
    settings-value-wrong sign-language-not-video sign-language-undeclared svg-external svg-not-xml svg-script
    table-row-too-long table-row-too-short table-without-header
    """
_WARNINGS: Final = """
    abbreviation-unused characters-removed content-without-courses course-unknown-key course-without-lessons
    footnote-unused front-matter-unknown-key
    lesson-order-differs lesson-very-large lesson-without-text link-not-understood link-reference-undefined
    link-withheld resource-undeclared settings-unknown-key
    """
_NOTES: Final = """
    course-restricted language-not-published lesson-easy-only lesson-languages-missing lesson-restricted
    link-other-language picture-withheld resource-restricted
    """

SEVERITIES: Final[Mapping[str, Severity]] = {
    **dict.fromkeys(_ERRORS.split(), Severity.ERROR),
    **dict.fromkeys(_WARNINGS.split(), Severity.WARNING),
    **dict.fromkeys(_NOTES.split(), Severity.NOTE),
}
