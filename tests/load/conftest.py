from tests.subscriptions.conftest import told

__all__ = ["told"]
