"""The collection that every table is entered in."""

from sqlalchemy import MetaData

metadata = MetaData()
