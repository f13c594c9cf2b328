"""What a case counts for in the figures, and who sees it there."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from service.storage.tables.metadata import metadata

# What a case counts for in the figures, written with each of its events: see `service.cases.tally`. Days are China's.
# Every index holds the circle, so that who may not see a case needs no look at its row.
case_tally = Table(
    "case_tally",
    metadata,
    Column("case_id", String(36), ForeignKey("case_file.id"), primary_key=True),
    Column("circle_id", BigInteger, nullable=False),
    Column("station_id", String(36), nullable=False),
    Column("centre_id", String(36), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("village_id", String(36), nullable=False),
    Column("dispute_type", String(40), nullable=False),
    Column("suggested_colour", String(20), nullable=False),
    Column("first_colour", String(20), nullable=False),
    Column("colour", String(20), nullable=False),
    Column("colours", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_on", String(10), nullable=False),
    Column("transferred_on", String(10)),
    Column("returned_on", String(10)),
    Column("returned_by_id", String(36), nullable=False),
    Column("resolved_on", String(10)),
    Column("resolution", String(20), nullable=False),
    Column("on_time", Integer),
    Column("recurred_on", String(10)),
    Column("criminal_on", String(10)),
    Column("petition_on", String(10)),
    Column("returns", Integer, nullable=False),
    Column("recurrences", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    # All that is asked by group of the cases opened in a period.
    Index(
        "case_tally_opened", "opened_on", "circle_id", "dispute_type", "unit_id", "village_id", "colour", "colours",
        "suggested_colour", "resolved_on", "on_time", "returned_on", "recurred_on", "criminal_on", "petition_on",
    ),
    Index("case_tally_state", "state", "colour", "circle_id"),
    # Whoever sees little reads little; whoever sees all reads the period alone, by those below.
    Index("case_tally_seen_opened", "circle_id", "opened_on"),
    Index("case_tally_seen_transferred", "circle_id", "transferred_on"),
    Index("case_tally_seen_resolved", "circle_id", "resolved_on", "on_time"),
    Index("case_tally_opened_on", "opened_on", "circle_id"),
    Index("case_tally_transferred", "transferred_on", "circle_id"),
    Index("case_tally_resolved", "resolved_on", "circle_id", "on_time"),
    Index("case_tally_returned", "returned_on", "circle_id", "returned_by_id"),
    Index("case_tally_recurred", "recurred_on", "circle_id"),
    Index("case_tally_criminal", "criminal_on", "circle_id"),
    Index("case_tally_petition", "petition_on", "circle_id"),
)  # fmt: skip

# Who sees the cases of a circle: units and accounts. Rows are added, never changed.
case_circle = Table(
    "case_circle",
    metadata,
    Column("member_id", String(36), primary_key=True),
    Column("circle_id", BigInteger, primary_key=True, autoincrement=False),
)
