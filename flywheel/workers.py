"""Several processes at one piece of work that comes in spans; each opens the store for itself."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from flywheel.domain.cycle import Span, Tally
from flywheel.errors import TransientError


def side_by_side(work: Callable[[Span], Tally], spans: Sequence[Span], workers: int) -> list[Tally]:
    """Do the work of every span in that many processes; raises what a span raised, TransientError if a worker died.

    The processes are started anew, not forked: nobody inherits a connection to the store.
    """
    pool = ProcessPoolExecutor(min(workers, len(spans)), mp_context=multiprocessing.get_context("spawn"))
    try:
        with pool:
            return list(pool.map(work, spans))
    except BrokenProcessPool as error:
        raise TransientError("A worker process died: what it had not finished is done again.") from error
