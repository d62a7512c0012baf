"""The log tells us what went wrong and nothing about people."""

import json
import subprocess
import sys

SECRET = "a secret of Nguyễn Văn A"
BUG = f"""
import structlog
from api.logs import configure_logs

def break_down(password):
    raise ValueError(f"cannot use {{password}}")

configure_logs()
try:
    break_down("{SECRET}")
except ValueError:
    structlog.get_logger().exception("request.failed", code="fault.unexpected")
"""


def test_a_bug_is_logged_with_its_place_but_without_any_value() -> None:
    # In a process of its own, since loggers are configured once for good.
    said = subprocess.run([sys.executable, "-c", BUG], capture_output=True, text=True, check=True).stderr

    told = json.loads(said.strip().splitlines()[-1])
    assert told["exception"][0]["exc_type"] == "ValueError"
    assert told["exception"][0]["frames"][-1]["name"] == "break_down"
    assert "Nguyễn" not in said
    assert "secret" not in said
