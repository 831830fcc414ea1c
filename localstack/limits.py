"""What each emulator is and what it cannot hold, from `emulators.toml`."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("emulators.toml")


@dataclass(frozen=True)
class Limits:
    """One emulator."""

    name: str
    account: str
    command: list[str]
    health: str
    lists_regions: bool
    cannot_hold: dict[str, str] = field(default_factory=dict)
    unknown: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, name: str) -> "Limits":
        """The emulator of that name."""
        return cls(name=name, **_table()[name])

    def holds(self, thing: str) -> bool:
        """Whether the emulator can hold such a thing; the table says why not."""
        if thing not in THINGS:
            raise KeyError(thing)
        return thing not in self.cannot_hold


def names() -> list[str]:
    """Every emulator, the default first."""
    return list(_table())


def _table() -> dict[str, dict[str, Any]]:
    table = tomllib.loads(TABLE.read_text())
    for emulator in table.values():
        for thing in emulator.get("cannot_hold", {}):
            if thing not in THINGS:
                raise KeyError(f"{TABLE.name}: nothing is called {thing}")
    return table


# What the seed asks before it creates it.
THINGS = frozenset({"function-url", "graphql-data-source"})
