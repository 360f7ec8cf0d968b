"""The site: pages over records and actions."""
