"""The run that is under way.

What is put in the place of CPython's functions asks here for the run's clock, rather than keeping it: a module of the standard
library that a program is the first to import keeps such a function for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session

#: The run under way; there is at most one.
lab: Session | None = None
#: How many runs there have been.
count = 0


def the_lab() -> Session:
    """The run that is under way. Raises RuntimeError if there is none."""
    if lab is None:
        raise RuntimeError("no program is running in the lab")
    return lab
