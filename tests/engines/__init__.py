"""The centre's own warehouse, on engines that really run."""
