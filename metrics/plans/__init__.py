"""Plans: how a period's plan falls on its days and hours, and the files plans come in."""
