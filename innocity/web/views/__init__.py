"""Views: one module a page, each function one address."""
