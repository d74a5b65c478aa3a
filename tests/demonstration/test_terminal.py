"""The command as people run it: in a terminal, in a log, and stopped with Ctrl+C."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import urllib.request
from pathlib import Path

import pytest

from jetki import main
from tests.conftest import ROOT

_PATIENCE_S = 30


class _Terminal:
    """A command with a terminal of its own, and what it has written there."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            pytest.skip(f"this machine gives no pseudo-terminals: {error}")
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
        environment.pop("NO_COLOR", None)

        def own_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGINT, signal.default_int_handler)

        self.process = subprocess.Popen(
            [sys.executable, "-m", "jetki", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environment,
            start_new_session=True,
            preexec_fn=own_terminal,
        )
        os.close(theirs)
        self.handle = ours
        self.written = ""

    def read_until(self, words: str | None) -> None:
        """Reads on until the words have come, or the end for None."""
        limit = time.monotonic() + _PATIENCE_S
        while words is None or words not in self.written:
            assert time.monotonic() < limit, self.written
            if select.select([self.handle], [], [], 0.2)[0]:
                try:
                    data = os.read(self.handle, 65536)
                except OSError:  # Linux says so when nobody writes any more
                    data = b""
                if not data:
                    assert words is None, self.written
                    return
                self.written += data.decode("utf-8", "replace")

    def press(self, key: bytes) -> None:
        os.write(self.handle, key)

    def finish(self) -> int:
        self.read_until(None)
        code = self.process.wait(_PATIENCE_S)
        os.close(self.handle)
        return code


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    assert main(["--language", "en", "--plain", "new", str(folder), "--languages", "ru", "--course", "x"]) == 0
    return folder


def test_a_terminal_gets_a_bar_and_plain_gets_lines(project: Path) -> None:
    moving = _Terminal("--language", "ru", "build", "--only", "text", folder=project)
    assert moving.finish() == 0
    assert "\x1b[" in moving.written and "━" in moving.written
    plain = _Terminal("--language", "ru", "--plain", "build", "--only", "text", folder=project)
    assert plain.finish() == 0
    assert "\x1b" not in plain.written
    assert "\r" not in plain.written.replace("\r\n", "\n"), "no line is written over"
    assert "Занятий: 1" in plain.written


def test_without_a_terminal_there_is_neither_colour_nor_movement(project: Path) -> None:
    command = [sys.executable, "-m", "jetki", "--language", "ky", "build", "--only", "text"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert not {b"\x1b", b"\r", b"\b"} & {bytes([one]) for one in done.stdout + done.stderr}


def test_a_preview_builds_again_after_an_edit_and_ends_with_ctrl_c(project: Path) -> None:
    preview = _Terminal("--language", "en", "--plain", "serve", "-a", "127.0.0.1:0", "--only", "text", folder=project)
    preview.read_until("(stop with Ctrl+C)")
    address = preview.written.partition("The preview is at ")[2].split()[0]
    with urllib.request.urlopen(f"{address}ru/x/welcome/index.html") as answer:  # it answers once it watches files
        assert b"livereload" in answer.read()
    lesson = next((project / "content").rglob("*.md"))
    lesson.write_text(lesson.read_text("utf-8") + "\n## Новый раздел\n\nДа.\n", encoding="utf-8")
    preview.read_until("building again")
    preview.written = preview.written.rpartition("building again")[2]
    preview.read_until("Look at it with")
    page = project / "site" / "ru" / "x" / "welcome" / "index.html"
    assert "Новый раздел" in page.read_text("utf-8")
    preview.press(b"\x03")
    assert preview.finish() == 0
    assert "Traceback" not in preview.written
