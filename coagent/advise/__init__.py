"""Room 4: rollups and shifts become opportunities with a money figure."""
