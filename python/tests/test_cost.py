"""The cost of recording is bounded: as CPU time, and as a ratio, so that the machine does not matter much."""

import sys

from support import PROGRAMS, TESTS

sys.path.insert(0, str(TESTS.parent / "benchmarks"))

from cost import measure


def test_a_step_costs_little(tmp_path):
    plain, recorded, steps = measure([str(PROGRAMS / "many.py"), "4000"], 2, tmp_path)
    assert steps == 4 * 4000 + 2
    # It is about 2.7 times on CPython 3.13: these tasks do nothing at all.
    assert recorded < 5 * plain, f"{(recorded - plain) / steps * 1e6:.1f} us a step"
