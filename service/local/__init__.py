"""What `hientruong up` needs on one machine: private PostGIS and Redis, and a supervisor of processes."""
