"""What people do with a case, one verb a function, each a walk along one edge of the life cycle."""
