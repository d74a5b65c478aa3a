"""What, besides its inputs, decides a job's result: our own code and the programs it uses."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Final

_LIBRARIES: Final = (
    "mkdocs mkdocs-material markdown-it-py mdit-py-plugins pygments typst jinja2"
    " av numpy pydub mutagen imageio-ffmpeg espeakng-loader faster-whisper ctranslate2 onnxruntime"
).split()


@cache
def code_fingerprint(packages: tuple[str, ...]) -> str:
    """Digest of every file of these packages and of the versions of the libraries: whatever changes, is built anew."""
    digest = hashlib.sha256()
    for package in packages:
        for name, data in sorted(_files(resources.files(package), "")):
            digest.update(f"{package}/{name}\0{len(data)}\0".encode() + data)
    for library in _LIBRARIES:
        digest.update(f"{library}={metadata.version(library)}\0".encode())
    return digest.hexdigest()


def build_version(read_version: str) -> str:
    """Changes whenever a task might give other results; `read_version` is the composition root's part of it."""
    return f"{code_fingerprint(('builder',))}/{read_version}"


def release_label(version: str) -> str:
    """A build version that people can compare: the release, and a few digits that tell two states of it apart."""
    return f"{metadata.version('jetki')}+{hashlib.sha256(version.encode()).hexdigest()[:12]}"


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir():
            if one.name != "__pycache__":
                yield from _files(one, f"{prefix}{one.name}/")
        elif not one.name.endswith((".pyc", ".pyo")):
            yield f"{prefix}{one.name}", one.read_bytes()
