"""InnoCity: a city's policy documents as commitments that compute."""

__version__ = "0.1.0"
