"""The three stories of Meridian, told by its people and checked in its systems of record."""
