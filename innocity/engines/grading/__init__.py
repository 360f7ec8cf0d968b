"""Grading: from the measures of a roster's rows to scores, tiers and what they lead to, each point traced."""
