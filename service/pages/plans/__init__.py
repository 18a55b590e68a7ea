"""Plans: their list, one as the table of its document, and making one."""
