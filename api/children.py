"""Processes we start: watched, started again when they die, and gone when we go."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.settings import inherited_environment

WITH_PARENT = "--with-parent"
"""Tells a process of ours to end when whoever started it is gone."""
PATIENCE_S = 10.0
RESTART_AFTER_S = 0.5


@dataclass(slots=True)
class Child:
    """One Python module run as a process of its own."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    watches_parent: bool = True
    process: "subprocess.Popen[bytes] | None" = None
    restarts: int = 0

    def start(self) -> None:
        """Start it; its standard input is a pipe of ours, which closes when we die, and then it ends too."""
        self.let_go()
        self.process = subprocess.Popen(  # noqa: S603  our own modules, by our own interpreter
            [sys.executable, "-m", *self.arguments, *([WITH_PARENT] if self.watches_parent else [])],
            env={**inherited_environment(), **self.environment},
            stdin=subprocess.PIPE,
        )

    def let_go(self) -> None:
        """Close our end of its standard input."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    def has_died(self) -> bool:
        """Say whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None


@dataclass(slots=True)
class Children:
    """All processes of one installation; `stop` ends only those started here, by id."""

    children: list[Child] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def add(self, child: Child) -> Child:
        """Start a process and watch it from now on."""
        child.start()
        self.children.append(child)
        return child

    def watch(self) -> None:
        """Start again whatever dies, until `stop` is called."""
        while not self._stopping.wait(RESTART_AFTER_S):
            for child in self.children:
                if child.has_died() and not self._stopping.is_set():
                    child.restarts += 1
                    child.start()

    def stop(self) -> None:
        """Ask every process to end, the last started first; end by force what does not."""
        self._stopping.set()
        for child in reversed(self.children):
            _end(child)


def _end(child: Child) -> None:
    process = child.process
    if process is None:
        return
    if process.poll() is None:
        _end_process(process)
    child.let_go()


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent() -> None:
    """End this process when whoever started it is gone: its end of our standard input closes with it."""

    def watch() -> None:
        # Not by sys.stdin: the interpreter aborts when it ends while a thread holds that one's lock.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        signal.raise_signal(signal.SIGTERM)
        time.sleep(PATIENCE_S)
        signal.raise_signal(signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
