"""Rows of the benchmark: one JSON object a line, with a ratio to another row of the same run."""

import json
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rows:
    """What was measured so far, by name."""

    values: dict[str, float] = field(default_factory=dict)

    def add(
        self, name: str, value: float, unit: str, ratio_to: str | None = None, *, ratio: float | None = None
    ) -> None:
        """Print a row. Its ratio is that to the row *ratio_to*, or *ratio*, to what *ratio_to* says in words."""
        self.values[name] = value
        if ratio is None and ratio_to is not None:
            ratio = value / self.values[ratio_to]
        row = {
            "name": name,
            "value": round(value, 3),
            "unit": unit,
            "ratio": round(ratio, 4) if ratio is not None else None,
            "ratio_to": ratio_to,
        }
        print(json.dumps(row), flush=True)
