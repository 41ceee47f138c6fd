"""Open data: counts that anyone may read, with small cells withheld beyond recovery."""
