"""Rows of the benchmark: one JSON object a line, with a ratio to another row of the same run."""

import json
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rows:
    """What was measured so far, by name."""

    values: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, ratio_to: str | None = None) -> None:
        """Print a row; its ratio is value over the value of the row *ratio_to*."""
        self.values[name] = value
        ratio = value / self.values[ratio_to] if ratio_to else None
        row = {
            "name": name,
            "value": round(value, 3),
            "unit": unit,
            "ratio": round(ratio, 4) if ratio is not None else None,
            "ratio_to": ratio_to,
        }
        print(json.dumps(row), flush=True)

    def add_ratio(self, name: str, value: float, unit: str, ratio: float, ratio_to: str) -> None:
        """Print a row whose ratio is to something that is no row of its own."""
        row = {"name": name, "value": round(value, 3), "unit": unit, "ratio": round(ratio, 4), "ratio_to": ratio_to}
        print(json.dumps(row), flush=True)
