"""Unit performance (目标绩效考核): the score of a unit after the pack's rule, each point traceable.

from innocity.engines.performance.score import score_unit
"""
