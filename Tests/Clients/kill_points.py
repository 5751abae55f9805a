"""Builds `killpoint.c` and runs processes that die at a chosen system call."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("killpoint.c")


def build(directory: Path) -> Path:
    """Compiles the preload library into `directory`."""
    library = directory / "killpoint.so"
    warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-format-truncation"]
    subprocess.run(["cc", "-O2", *warnings, "-fPIC", "-shared", "-o", library, SOURCE, "-ldl"], check=True)
    return library


@dataclass
class KillPoint:
    """The step at which a process dies, counted from `arm` on; 0 is never. `log` tells the steps that it took."""

    library: Path
    directory: Path  # whose files are watched
    trigger: Path
    log: Path
    step: int = 0

    def environment(self, others: dict[str, str] | None = None) -> dict[str, str]:
        """For the next start, before other preload libraries."""
        self.trigger.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        others = others or {}
        return others | {
            "LD_PRELOAD": " ".join(filter(None, [str(self.library), others.get("LD_PRELOAD")])),
            "KILLPOINT_DIR": str(self.directory),
            "KILLPOINT_TRIGGER": str(self.trigger),
            "KILLPOINT_LOG": str(self.log),
            "KILLPOINT_AT": str(self.step),
        }

    def arm(self) -> None:
        self.trigger.touch()

    def steps(self) -> list[str]:
        """What was done since it was armed: call and moment."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split(" ", 1)[1] for line in sorted(lines, key=lambda line: int(line.split()[0]))]
