"""Making the files of open data and putting them into the store; what is in them, the domain says."""
