"""``python -m tests.signing.judged ROOT FOLDER`` judges the PDFs in a folder by its own clock."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from signing.algorithms import Algorithms
from signing.trust import Trust
from signing.verifier import validate

if __name__ == "__main__":
    _, root, folder = sys.argv
    trust = Trust.load([Path(root)], algorithms=Algorithms.load())
    reports = [validate(path, trust, datetime.now(UTC), online=True) for path in sorted(Path(folder).glob("*.pdf"))]
    said = [[report.verdict, *(one.ades for one in report.signatures)] for report in reports]
    sys.stdout.write(json.dumps(said))
