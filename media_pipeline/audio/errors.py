"""What is wrong with a media file, for a person."""


class MediaProblem(Exception):
    """A file that cannot be used, or work on it that could not be finished.

    `rule` and `values` choose the message, as in a Finding; `values["file"]` is the file's name wherever a file is
    concerned.
    """

    def __init__(self, rule: str, **values: str) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:  # values are keywords: the default would lose them between processes
        return _problem, (self.rule, self.values)


def _problem(rule: str, values: dict[str, str]) -> MediaProblem:
    return MediaProblem(rule, **values)
