"""The only place that knows the database: engines, tables, migrations."""
