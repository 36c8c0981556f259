"""Compare what is on screen with the oracle, number by number."""

from __future__ import annotations

import numpy as np

from tests.browser.workbench import number

# These count rows of the picture and the list, or belong to the planner or to a check by
# retraining; the tests that look at them say what they expect.
COUNTS = (
    *("uw-legend-", "uw-gesture-retained", "uw-records-total", "uw-duplicates"),
    *("uw-budget", "uw-target-", "uw-stop-point", "uw-need-", "uw-predicted-", "uw-at-"),
    "uw-measured-",
)


def assert_shows(numbers, expected, rev):
    """Assert that every number of the read-out is the expected one, of revision ``rev``."""
    readout = {hook: entry for hook, entry in numbers.items() if not hook.startswith(COUNTS)}
    assert set(readout) == set(expected)
    assert {entry["rev"] for entry in readout.values()} == {str(rev)}
    assert {entry["state"] for entry in readout.values()} == {"current"}
    hooks = sorted(expected)
    np.testing.assert_allclose(
        [number(readout[hook]["value"]) for hook in hooks],
        [expected[hook] for hook in hooks],
        rtol=1e-9,
        atol=1e-11,
        err_msg=f"in the order {hooks}",
    )


def values(numbers):
    """Return the exact texts that carry the numbers, without the revision they belong to."""
    return {hook: entry["value"] for hook, entry in numbers.items()}
