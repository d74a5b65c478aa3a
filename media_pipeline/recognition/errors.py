"""What can go wrong between a recording and its words. The texts for each rule stand in `builder.messages`."""


class RecognitionProblem(Exception):
    """A recording whose words cannot be had. `rule` names the problem, `values` fill its text."""

    def __init__(self, rule: str, **values: str) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:  # values are keywords: the default would lose them between processes
        return _problem, (self.rule, self.values)


def _problem(rule: str, values: dict[str, str]) -> RecognitionProblem:
    return RecognitionProblem(rule, **values)
