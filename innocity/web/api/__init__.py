"""The interface for programs, /api/v1: what the pages read, the calculator, and for units their records and reports."""

import innocity.records  # noqa: F401  makes Django ready before ninja looks at its settings
