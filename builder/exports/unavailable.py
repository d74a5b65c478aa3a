"""A format that cannot be made here because something outside this project is missing."""


class ProgramMissing(Exception):
    """A library, program or font that a renderer needs is not on this machine.

    `program` is its name for people, `hint` the command or sentence that says how to get it. Each port file
    (`liblouis`, `typst_compiler`) raises a subclass of its own.
    """

    def __init__(self, program: str, hint: str) -> None:
        super().__init__(f"{program} is missing: {hint}")
        self.program = program
        self.hint = hint
