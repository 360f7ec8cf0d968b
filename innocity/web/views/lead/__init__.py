"""The pages of the leading group: cockpit, indicators, units."""
