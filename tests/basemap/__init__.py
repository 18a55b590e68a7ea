"""The basemap that is kept here: archives good and broken, servers that fail, what is cut or refused."""
