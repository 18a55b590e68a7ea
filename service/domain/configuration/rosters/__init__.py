"""People and departments by spreadsheet: read, tried row by row, put in force whole or not at all."""
