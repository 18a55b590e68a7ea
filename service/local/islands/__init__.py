"""Building the islands on one machine: Node.js, npm and the build."""
