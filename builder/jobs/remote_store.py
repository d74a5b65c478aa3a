"""A store in a bucket of an S3-type server, through obstore, with a cache on this machine's disk.

Credentials, region and endpoint come from the usual ``AWS_*`` variables of the environment; they are never part of an
address, so they are in no ledger, no order and no message.
"""

import datetime
import errno
import os
import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from builder.jobs.store import BlobDamaged, Blobs, Output, Store, Unreachable, digest_of, digest_of_file
from builder.jobs.threads import in_background, interruptibly

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CACHE_LIMIT: Final = 20_000_000_000
"""Bytes that the cache of a worker may hold. Our choice: some ten recorded lectures."""

_IN_USE_S: Final = 3600
"""A cached file used within the last hour may be open in a job, and stays. Our choice."""

_KEPT_FOR: Final = datetime.timedelta(days=30)
"""Younger blobs may belong to a build on another machine, whose ledger we do not know. Our choice."""

_PART: Final = 8 << 20
_PARTS_AT_ONCE: Final = 4
"""Uploads hold at most 32 MiB in memory. Our choice."""

_FETCHES_AT_ONCE: Final = 16
_SCHEMES: Final = ("s3://",)

T = TypeVar("T")


def is_remote(address: str) -> bool:
    """Whether the address names a bucket, not a folder."""
    return address.startswith(_SCHEMES)


def open_store(address: str, cache: Path, cache_limit: int | None = None) -> Blobs:
    """The store at a folder (a path or ``file://``) or a bucket (``s3://bucket/prefix``); `cache` is for buckets.

    Raises Unreachable for an address of another kind, and when obstore is not installed.
    """
    if is_remote(address):
        return RemoteStore(address, _open_bucket(address), Store(cache), cache_limit)
    if "://" in address and not address.startswith("file://"):
        raise Unreachable("store-address", store=address)
    return Store(Path(address.removeprefix("file://")))


def _open_bucket(address: str) -> "ObjectStore":
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ImportError as missing:
        raise Unreachable("scale-missing", package="obstore") from missing
    bucket, _, _prefix = address.partition("://")[2].partition("/")
    if not bucket or "@" in address or "?" in address:  # nobody should put a password into an address
        raise Unreachable("store-address", store=address.rpartition("@")[2])
    retries = {"max_retries": 5, "retry_timeout": datetime.timedelta(seconds=30)}
    try:
        # path style (http://server/bucket), as servers without a domain of their own need it, is the default
        return S3Store.from_url(address.rstrip("/"), retry_config=retries)  # type: ignore[arg-type]  # a TypedDict
    except (BaseError, ValueError) as error:
        raise Unreachable("store-unreachable", store=address, error=_say_safely(error)) from None


class RemoteStore:
    """Blobs as objects. An object appears whole or not at all, whoever else writes it."""

    def __init__(
        self,
        address: str,
        objects: "ObjectStore",
        cache: Store,
        cache_limit: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._address = address
        self._objects = objects
        self._cache = cache
        self._cache_limit = cache_limit
        self._clock = clock
        self._added = 0
        self._listed: dict[str, int] | None = None
        """Sizes by digest, as they were listed and as they changed since; None until somebody asks."""

    @property
    def address(self) -> str:
        return self._address

    def put(self, data: bytes) -> Output:
        import obstore

        output = Output(digest_of(data), len(data))
        if not self._was_listed(output):
            self._ask(lambda: obstore.put(self._objects, _name(output.digest), data, chunk_size=_PART))
            self.expect([output])
        self._cache.put(data)
        self._count(output)
        return output

    def put_file(self, path: Path, *, move: bool = False) -> Output:
        import obstore

        output = Output(digest_of_file(path), path.stat().st_size)
        if not self._was_listed(output) and not self._is_there(output):
            self._ask(
                lambda: obstore.put(
                    self._objects, _name(output.digest), path, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE
                )
            )
            self.expect([output])
        if move:
            self._cache.put_file(path, move=True)
            self._count(output)
        return output

    def get(self, digest: str) -> bytes:
        with suppress(BlobDamaged):
            data = self._cache.get(digest)
            self._cache.touch(digest)
            return data
        import obstore

        data = self._ask(lambda: bytes(obstore.get(self._objects, _name(digest)).bytes()), digest)
        if digest_of(data) != digest:
            self._drop(digest)
            raise BlobDamaged(digest)
        self._count(self._cache.put(data))
        return data

    def path_of(self, digest: str) -> Path:
        with suppress(BlobDamaged):
            path = self._cache.path_of(digest)
            self._cache.touch(digest)
            return path
        self._fetch(digest)
        return self._cache.path_of(digest)

    def copy_to(self, digest: str, target: Path) -> None:
        try:
            self._cache.copy_to(digest, target)
        except BlobDamaged:
            self._fetch(digest)
            self._cache.copy_to(digest, target)

    def prefetch(self, outputs: Iterable[Output]) -> None:
        missing = {one.digest for one in outputs if not self._cache.seems_to_hold(one)}

        def fetch() -> None:
            with suppress(KeyError):
                while True:
                    digest = missing.pop()
                    with suppress(BlobDamaged):  # whoever reads it is told
                        self._fetch(digest)

        for thread in [in_background(fetch) for _ in range(min(_FETCHES_AT_ONCE, len(missing)))]:
            thread.result()

    def seems_to_hold(self, output: Output) -> bool:
        if self._listed is None:
            self._listed = {digest: size for digest, size, _when in self._list()}
        return self._was_listed(output)

    def expect(self, outputs: Iterable[Output]) -> None:
        if self._listed is not None:
            self._listed |= {one.digest: one.size for one in outputs}

    def doubt(self, digests: Iterable[str]) -> None:
        for digest in digests:
            if self._listed is not None:
                self._listed.pop(digest, None)

    def forget_all_but(self, digests: Iterable[str]) -> int:
        import obstore

        wanted = set(digests)
        old = datetime.datetime.fromtimestamp(self._clock(), datetime.UTC) - _KEPT_FOR
        unwanted = [digest for digest, _size, when in self._list() if digest not in wanted and when < old]
        if unwanted:
            self._ask(lambda: obstore.delete(self._objects, [_name(digest) for digest in unwanted]))
            self.doubt(unwanted)
        if self._cache_limit is None:
            self._cache.forget_all_but(wanted)
        return len(unwanted)

    def scratch(self) -> AbstractContextManager[Path]:
        return self._cache.scratch()

    def clear_scratch(self) -> None:
        self._cache.clear_scratch()

    def _fetch(self, digest: str) -> None:
        """Brings a blob into the cache without having it in memory. Raises BlobDamaged."""
        import obstore

        with self._cache.scratch() as folder:
            part = folder / "blob"

            def fetch() -> None:
                with part.open("wb") as file:
                    for piece in obstore.get(self._objects, _name(digest)).stream(min_chunk_size=_PART):
                        file.write(piece)

            self._ask(fetch, digest)
            if digest_of_file(part) != digest:
                self._drop(digest)
                raise BlobDamaged(digest)
            self._count(self._cache.put_file(part, move=True))

    def _drop(self, digest: str) -> None:
        import obstore

        self.doubt([digest])
        with suppress(BlobDamaged):
            self._ask(lambda: obstore.delete(self._objects, _name(digest)), digest)

    def _was_listed(self, output: Output) -> bool:
        return self._listed is not None and self._listed.get(output.digest) == output.size

    def _is_there(self, output: Output) -> bool:
        import obstore

        with suppress(BlobDamaged):
            return self._ask(lambda: obstore.head(self._objects, _name(output.digest))["size"], "?") == output.size
        return False

    def _list(self) -> list[tuple[str, int, datetime.datetime]]:
        import obstore

        pages = self._ask(lambda: list(obstore.list(self._objects, "blobs", chunk_size=1000)))
        return [
            (one["path"].removeprefix("blobs/").replace("/", ""), one["size"], one["last_modified"])
            for page in pages
            for one in page
        ]

    def _count(self, output: Output) -> None:
        """Trims the cache from time to time."""
        self._added += output.size
        if self._cache_limit is not None and self._added > self._cache_limit // 10:
            self._added = 0
            self._cache.trim(self._cache_limit, self._clock() - _IN_USE_S)

    def _ask(self, question: Callable[[], T], digest: str = "") -> T:
        """The server's answer; its errors become ours. Raises BlobDamaged when an object is not there, OSError when
        this machine's disk is full, Unreachable otherwise."""
        from obstore.exceptions import BaseError

        try:
            return interruptibly(question)
        except (OSError, BaseError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            if isinstance(error, FileNotFoundError) and digest and "NoSuchBucket" not in str(error):
                raise BlobDamaged(digest) from None
            raise Unreachable("store-unreachable", store=self._address, error=_say_safely(error)) from None


def _name(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest[2:]}"


def _say_safely(error: Exception) -> str:
    """What went wrong, without the server's own words: those may repeat the access key."""
    text = re.split(r"[\n<]", str(error), maxsplit=1)[0].strip()
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        if secret := os.environ.get(variable):
            text = text.replace(secret, "…")
    return text
