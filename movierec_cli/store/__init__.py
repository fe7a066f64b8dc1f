"""The database: one folder per training run, two LanceDB tables in each, one pointer to the run in use."""
