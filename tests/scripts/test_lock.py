"""The npm lock keeps what browsers need and drops what only Node.js would use."""

from scripts.lock import without_optional


def test_optional_packages_and_every_mention_of_them_are_dropped() -> None:
    lock: dict[str, dict[str, dict[str, object]]] = {
        "packages": {
            "": {"name": "vanthu"},
            "node_modules/viewer": {"version": "1.0.0", "optionalDependencies": {"canvas": "1"}},
            "node_modules/canvas": {"version": "1.0.0", "optional": True},
        }
    }

    assert without_optional(lock)["packages"] == {"": {"name": "vanthu"}, "node_modules/viewer": {"version": "1.0.0"}}
