"""Played libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from ..session import Session


def install(patches: Patches, lab: Session) -> None:
    """Makes them importable."""
