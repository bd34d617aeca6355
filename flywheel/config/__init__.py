"""The configuration: config/*.yaml as one typed, frozen object."""

from flywheel.config.load import json_schema, load
from flywheel.config.settings import Settings

__all__ = ["Settings", "json_schema", "load"]
