"""`make bench`: commits, completions, distance, migrations, OCOP, seasons, signatures; one JSON object a line."""

import tempfile
from pathlib import Path

from bench import (
    batches,
    completions,
    criteria,
    distance,
    dossiers,
    history,
    http,
    memory,
    migrations,
    scoring,
    season,
    signatures,
    starts,
)
from bench.houses import measured_house
from bench.rows import Rows


def main() -> None:
    """Measure everything, side by side in this one run."""
    rows = Rows()
    with tempfile.TemporaryDirectory(prefix="vanthu-season-") as name:
        season.measure(rows, 3, Path(name))
    with tempfile.TemporaryDirectory(prefix="vanthu-bench-") as name, measured_house(Path(name)) as settings:
        scoring.measure(rows)
        completions.measure(settings, rows)
        http.measure(settings, rows)
        distance.measure(settings, rows)
        memory.measure(settings, rows)
        signatures.measure(settings, rows)
        batches.measure(settings, rows)
        criteria.measure(rows)
        dossiers.measure(settings, rows)
        migrations.measure(settings, rows)
        starts.measure(settings, rows)  # last, for it leaves another model behind
    history.measure(rows)


if __name__ == "__main__":
    main()
