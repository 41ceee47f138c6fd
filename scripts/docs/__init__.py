"""What is generated in `docs/` beside the data dictionary: `make docs` writes all of it."""
