"""Make '.env' for docker-compose.yml: fresh secrets, readable by you alone; an existing file stays as it is."""

import secrets
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / ".env"
SECRETS = ("POSTGRES_PASSWORD", "VANTHU_OWNER_PASSWORD", "VANTHU_APP_PASSWORD", "VANTHU_S3_SECRET_KEY")


def environment() -> str:
    """Return the file: one line a secret, of 192 bits each, in letters that an address may hold unquoted."""
    lines = [f"{name}={secrets.token_urlsafe(24)}" for name in SECRETS]
    lines.append(f"VANTHU_S3_ACCESS_KEY=vanthu-{secrets.token_hex(4)}")
    return "\n".join(lines) + "\n"


def main(target: Path = TARGET) -> int:
    """Write the file; return the exit status."""
    try:
        target.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        print(f"{target.name} is there already and holds the secrets of a running installation; nothing was changed.")
        return 1
    target.write_text(environment(), encoding="utf-8")
    print(f"{target.name} made. Keep a copy where the backups are: without it they cannot be opened.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
