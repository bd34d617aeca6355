"""The one door to SQL: tables, migrations, views, and one small class per shelf."""

from flywheel.store.opened import Shelves
from flywheel.store.schema import migrate
from flywheel.store.store import Store

__all__ = ["Shelves", "Store", "migrate"]
