"""Rosters: lists that a city reads off its registers, with totals that show where there is nothing.

    from innocity.engines.rosters.read import read_roster
    read_roster(pack, pack.rosters["platforms"], facts, as_of).tables[0].groups

A roster adds nothing to what the registers hold: it chooses rows, puts their columns beside those of joined
registers, and sums. Facts come as a folder or as tables in memory.
"""
