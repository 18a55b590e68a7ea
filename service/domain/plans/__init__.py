"""Plans: what a document says, understood; recurring dates."""
