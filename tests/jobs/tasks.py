"""Small tasks for the tests of the job graph; they leave a mark for each run in the folder they are given."""

import os
import select
import signal
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
