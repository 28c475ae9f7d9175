from tests.subscriptions.conftest import quick, told

__all__ = ["quick", "told"]
