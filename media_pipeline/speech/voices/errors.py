"""What can go wrong with voices. The words for each rule stand in `builder.messages`."""


class VoiceProblem(Exception):
    """`rule` names the problem, `values` fill its text."""

    def __init__(self, rule: str, **values: str) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.rule, self.values))


class VoiceMissing(VoiceProblem):
    """A voice, or the engine that would speak with it, is not there."""


class VoiceFailed(VoiceProblem):
    """A voice that is there has not spoken."""


def _restore(kind: type[VoiceProblem], rule: str, values: dict[str, str]) -> VoiceProblem:
    return kind(rule, **values)
