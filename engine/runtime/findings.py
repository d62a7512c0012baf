"""Findings are collected, not raised: the author of a model wants all of them at once."""

from engine.definitions import Finding


class Findings:
    """What is wrong with one file, in the order it was found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []

    def add(self, code: str, message: str, *, element_id: str | None = None, line: int | None = None) -> None:
        """Note one mistake."""
        self.found.append(Finding(file=self.file, element_id=element_id, line=line, code=code, message=message))
