"""IMS QTI 2.2: questions out to other systems and in from them.

What is written and read: `write_package` and `read_package` (a content package with items and media). For the eight
kinds reading gives back exactly what was written. One file holds one language, as QTI has it; files of one question
share the `label` of the item and the `toolName` of this program.

How things of ours are said where QTI has no word for them: `data-` attributes, which QTI 2.2 allows on everything in
the body and other programs pass over. Of packages from elsewhere everything that was not taken over is listed with
file and line: an element or attribute that nobody asked for while reading is a finding (`xml.Node.unread`).

Written from knowledge of the specification (1EdTech QTI 2.2 information model and XML binding); the schemas are not
part of this project, nothing here is copied from them. What is written was compared with the schema of items (2.2 as of
September 2015 and later: `data-` and `aria-` attributes) and the profile of content packages of QTI 2.2;
`tests/api/items/shape.py` says in our own words what they ask. Not compared: the schema of mathematics.
"""

from api.domains.items.qti.package import (
    LIMITS,
    PackageFile,
    PackageRefused,
    QtiItem,
    QtiPackage,
    read_package,
    write_package,
)
from api.domains.items.qti.xml import Finding, XmlRefused

__all__ = [
    "LIMITS",
    "Finding",
    "PackageFile",
    "PackageRefused",
    "QtiItem",
    "QtiPackage",
    "XmlRefused",
    "read_package",
    "write_package",
]
