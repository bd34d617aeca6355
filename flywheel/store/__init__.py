"""The one door to SQL: tables, migrations, views, and one small class per shelf."""

from flywheel.store.schema import migrate
from flywheel.store.store import Shelves, Store

__all__ = ["Shelves", "Store", "migrate"]
