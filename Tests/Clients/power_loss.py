"""Builds `powerloss.c` and runs processes whose disk can lose power."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).with_name("powerloss.c")


def build(directory: Path) -> Path:
    """Compiles the preload library into `directory`."""
    library = directory / "powerloss.so"
    warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-format-truncation"]
    command = ["cc", "-O2", *warnings, "-fPIC", "-shared", "-o", library, SOURCE, "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    return library


@dataclass
class Disk:
    """A directory and what a power loss leaves of it. `faults` are settings of powerloss.c without their prefix."""

    library: Path
    directory: Path
    durable: Path
    faults: dict[str, object] = field(default_factory=dict)

    @property
    def trigger(self) -> Path:
        return self.durable / "trigger"

    def environment(self) -> dict[str, str]:
        """Starts a new disk: what lies in the directory now is on it."""
        shutil.rmtree(self.durable, ignore_errors=True)
        self.durable.mkdir(parents=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        names = {"DIR": self.directory, "DURABLE": self.durable} | self.faults
        return {"LD_PRELOAD": str(self.library)} | {f"POWERLOSS_{name}": str(value) for name, value in names.items()}

    def lose_power(self) -> None:
        """After the process was killed: the directory becomes what the disk holds."""
        shutil.rmtree(self.directory)
        shutil.copytree(self.durable / "tree", self.directory)

    def begin_faults(self) -> None:
        """For faults with `TRIGGER`: from now on they act."""
        self.trigger.touch()
