"""Demand and supply: which offers answer a demand and why, and how far each pair has come."""
