from __future__ import annotations

# Loads both BLAS libraries, numpy's and scipy's own.
import scipy.linalg  # noqa: F401
from threadpoolctl import threadpool_info

from unlearn_widgets.blas import single_thread


def test_blas_runs_on_one_thread_inside_and_as_before_outside():
    def threads():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    assert before
    with single_thread():
        with single_thread():
            assert set(threads()) == {1}
        assert set(threads()) == {1}
    assert threads() == before
