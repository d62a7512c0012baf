"""The office's deployment: pinned images, no secret in the file, nothing reachable from outside the machine."""

import ast
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import compose_env
from tests.architecture.source import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
OPTIONAL = {"VANTHU_HOSTS", "VANTHU_TRUSTED_PROXIES", "VANTHU_PUBLISHED_PORT", "VANTHU_TSA_URL"}


def test_the_office_has_a_database_an_object_store_an_api_and_a_worker() -> None:
    assert set(SERVICES) == {"database", "objects", "migrate", "api", "worker"}


def test_every_image_from_outside_is_pinned() -> None:
    images = [service["image"] for name, service in SERVICES.items() if name not in OURS]

    assert [image for image in images if not re.search(r":(\d+\.\d+|RELEASE\.)", image)] == []
    assert "@sha256:" in SERVICES["objects"]["image"], "one publisher outside the library: pin the bytes too"


def test_every_secret_comes_from_the_env_file_and_is_asked_for() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", TEXT)) - OPTIONAL
    asked = set(re.findall(r"\$\{(\w+):\?", TEXT))
    made = set(re.findall(r"^(\w+)=", compose_env.environment(), re.MULTILINE))

    assert wanted == asked == made
    assert not re.search(r"^\s*\w*(PASSWORD|SECRET_KEY|ACCESS_KEY):\s*[\"']?[^\"'\s$]", TEXT, re.MULTILINE)


def test_only_this_machine_reaches_what_is_published() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_service_that_answers_says_how_to_ask_whether_it_is_well() -> None:
    running = {name for name, service in SERVICES.items() if service["restart"] != "no"}

    assert {name for name in running if "healthcheck" not in SERVICES[name]} == set()


def test_every_service_waits_for_what_it_needs() -> None:
    waits = {
        (name, needed, how["condition"])
        for name, service in SERVICES.items()
        for needed, how in service.get("depends_on", {}).items()
    }

    assert ("api", "migrate", "service_completed_successfully") in waits
    assert ("worker", "migrate", "service_completed_successfully") in waits
    assert [
        wait for wait in waits if wait[2] == "service_healthy" and "test" not in SERVICES[wait[1]]["healthcheck"]
    ] == []


def test_every_volume_is_kept_by_name() -> None:
    named = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith("./")
    }

    assert named == set(COMPOSE["volumes"])


def test_the_api_is_no_more_than_it_needs_to_be() -> None:
    assert [name for name in OURS if SERVICES[name]["cap_drop"] != ["ALL"] or not SERVICES[name]["read_only"]] == []
    assert "\nUSER vanthu\n" in (ROOT / "Dockerfile").read_text()


def test_every_setting_it_gives_is_one_the_api_reads() -> None:
    read = set(re.findall(r'\("([A-Z0-9_]+)"', (ROOT / "api" / "settings.py").read_text()))
    given = {name.removeprefix("VANTHU_") for service in OURS for name in SERVICES[service]["environment"]}

    assert read
    assert given - read == set()


def test_its_database_has_the_roles_and_extensions_of_the_embedded_one() -> None:
    script = (ROOT / "scripts" / "compose_roles.sh").read_text()
    tree = ast.parse((ROOT / "storage" / "embedded.py").read_text())
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant | ast.Tuple)
    }

    assert set(re.findall(r"CREATE ROLE (\w+)", script)) == {values["OWNER"], values["APPLICATION"]}
    assert set(re.findall(r"EXTENSION IF NOT EXISTS (\w+)", script)) == set(values["EXTENSIONS"])
    assert f"CREATE DATABASE {values['DATABASE']} OWNER {values['OWNER']};" in script
    assert f"postgresql://{values['APPLICATION']}:" in TEXT


def test_the_shell_understands_the_script_that_makes_the_roles() -> None:
    subprocess.run(["bash", "-n", ROOT / "scripts" / "compose_roles.sh"], check=True)


def test_the_secrets_are_made_once_and_readable_by_their_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / ".env"

    assert compose_env.main(target) == 0
    made = target.read_text()
    assert compose_env.main(target) == 1

    assert target.read_text() == made
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "nothing was changed" in capsys.readouterr().out
