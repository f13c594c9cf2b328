"""Everything with state or a screen: suggestions kept, served and shown."""

__version__ = "0.1.0"
