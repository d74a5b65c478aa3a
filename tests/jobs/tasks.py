"""Small tasks for the tests of the job graph; they leave a mark for each run in the folder they are given."""

import os
import select
import shutil
import signal
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from builder.jobs.store import digest_of, digest_of_file
from builder.jobs.work import Call, Made, TaskFailed


def join(calls: Sequence[Call]) -> Sequence[Made]:
    """Joins the inputs by name; says how many calls came together."""
    return [_join(call, len(calls)) for call in calls]


def fail_on_bad(calls: Sequence[Call]) -> Sequence[Made]:
    """Like `join`, but refuses the parameter ``word = bad`` and stumbles over ``word = bug``."""
    for call in calls:
        if call.parameters["word"] == "bad":
            raise TaskFailed("math-unknown-macro", macro="foo")
        if call.parameters["word"] == "bug":
            raise ZeroDivisionError
        if call.parameters["word"] == "full":
            raise OSError(28, "No space left on device")
    return join(calls)


def die_on_bad(calls: Sequence[Call]) -> Sequence[Made]:
    """Like `join`, but kills its own process for the parameter ``word = bad``."""
    if any(call.parameters["word"] == "bad" for call in calls):
        os.kill(os.getpid(), signal.SIGKILL)
    return join(calls)


def _join(call: Call, together: int) -> Made:
    if "marks" in call.parameters:
        Path(str(call.parameters["marks"]), f"{call.parameters['word']}-{uuid.uuid4()}").touch()
    text = "+".join([str(call.parameters["word"]), *(call.inputs[name].decode() for name in sorted(call.inputs))])
    return Made({"out": text.encode()}, {"length": len(text)})


def hold(calls: Sequence[Call]) -> Sequence[Made]:
    """Like `join`, but says in which process it runs, and waits at the gate (see `machines.Gate`)."""
    for call in calls:
        gate = Path(str(call.parameters["gate"]))
        with (gate / "started").open("wb", buffering=0) as started:
            started.write(f"{os.getpid():9} {os.getppid():9}\n".encode())
        with (gate / "release").open("rb", buffering=0) as release:
            ready, _, _ = select.select([release], [], [], 60)  # rather fail than hang
            if not ready:
                raise TimeoutError
            release.read(1)
    return join(calls)


def describe(calls: Sequence[Call]) -> Sequence[Made]:
    """What the inputs are, from memory and from disk, and which project folder the task is told of."""
    return [
        Made(
            {
                "out": "\n".join(
                    [
                        *(f"{name}: {digest_of(data)}" for name, data in sorted(call.inputs.items())),
                        *(f"{name}: {digest_of_file(path)} on disk" for name, path in sorted(call.files.items())),
                    ]
                ).encode()
            },
            {"project": str(call.project), "parent": os.getppid()},
        )
        for call in calls
    ]


def copy_on_disk(calls: Sequence[Call]) -> Sequence[Made]:
    """The input once as a file of its own, and once as it was given."""
    made: list[Made] = []
    for call in calls:
        shutil.copyfile(call.files["talk"], call.scratch / "talk")
        made.append(Made(files={"moved": call.scratch / "talk", "given": call.files["talk"]}))
    return made


def take_on_disk(calls: Sequence[Call]) -> Sequence[Made]:
    """The input, as it was given."""
    return [Made(files={"file": call.files["talk"]}) for call in calls]


def spoil(calls: Sequence[Call]) -> Sequence[Made]:
    """Writes to its input, as an author might who saves a file during a build."""
    for call in calls:
        call.files["talk"].write_bytes(b"another film")
    return [Made({"out": b""}) for _ in calls]


def hold_in_a_program(calls: Sequence[Call]) -> Sequence[Made]:
    """Waits for a program that says in which process it runs, and does not end when it is asked to."""
    for call in calls:
        gate = call.parameters["gate"]
        say = f"printf '%9d %9d\\n' $$ $PPID > '{gate}/started'"
        script = f"trap '' TERM; {say}; read x < '{gate}/release'"
        subprocess.run(["sh", "-c", script], check=True)
    return join(calls)
