"""Pictures of the run in use: how training went, the network, and a map of its movies."""
