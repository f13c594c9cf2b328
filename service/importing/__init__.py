"""Old incidents from the tables of a station: each row becomes a registered incident, or is refused with a reason."""
