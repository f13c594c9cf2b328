"""The words of the trade, as data that a station may edit: see the YAML files beside this."""
