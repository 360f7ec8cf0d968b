"""A firm's own pages: what it is owed, what it lacks, its facts."""
