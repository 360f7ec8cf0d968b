"""Composite indices after the handbook of OECD and JRC (2008): normalise, weigh, aggregate, test.

from innocity.engines.index.compute import compute_index
"""
