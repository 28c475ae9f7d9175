"""Statements that run beside their connection, as jobs of Hive, Spark and BigQuery: what takes too long is cancelled.

Their servers know no limit of a session, and a connection that is closed leaves them at work.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any
from uuid import uuid4

LIMIT_S = "limit_s"
"""Under what a connection's `info` says how long a statement may take."""
JOB = "job"
"""Under what a connection's `info` says which job of BigQuery it waits for."""
_FIRST_LOOK_S, _SLOWEST_LOOK_S = 0.002, 0.1


def execute_in_hive(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
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


def execute_in_bigquery(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Run a statement in place of SQLAlchemy, as a job whose id is known before it is done."""
    from google.cloud.bigquery import QueryJobConfig

    info = context.root_connection.info
    info[JOB] = str(uuid4())
    try:
        # Without a configuration of its own a job that is named gets no parameters.
        cursor.execute(statement, parameters or None, job_id=info[JOB], job_config=QueryJobConfig())
    finally:
        del info[JOB]
    return True


def cancel_in_bigquery(connection: Any, info: Any) -> None:
    """Cancel the job that a connection of the driver's waits for: who waits gets an error."""
    if (job := info.get(JOB)) is not None:
        connection._client.cancel_job(job)
