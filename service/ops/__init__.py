"""What those who run the service see of it, and what an installation consists of."""
