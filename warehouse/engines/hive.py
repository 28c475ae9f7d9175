"""Statements of Hive and Spark, which run beside their connection: one that takes too long is cancelled there."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

LIMIT_S = "limit_s"
"""Under what a connection's `info` says how long a statement may take."""
_FIRST_LOOK_S, _SLOWEST_LOOK_S = 0.002, 0.1


def execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Run a statement to its end in place of SQLAlchemy. Raises OperationalError for one that fails or is too long."""
    from pyhive.exc import OperationalError
    from TCLIService.ttypes import TOperationState

    at_work = (TOperationState.INITIALIZED_STATE, TOperationState.PENDING_STATE, TOperationState.RUNNING_STATE)
    until, pause = monotonic() + context.root_connection.info.get(LIMIT_S, float("inf")), _FIRST_LOOK_S
    cursor.execute(statement, parameters or None, async_=True)
    while (told := cursor.poll(get_progress_update=False)).operationState in at_work:
        if monotonic() > until:
            cursor.cancel()
            raise OperationalError("statement timeout")
        sleep(pause)
        pause = min(2 * pause, _SLOWEST_LOOK_S)
    if told.operationState != TOperationState.FINISHED_STATE:
        raise OperationalError(told.errorMessage or "")
    return True
