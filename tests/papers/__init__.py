"""Documents as an office would print them: made over HTTP from a demo, converted by LibreOffice, measured."""
