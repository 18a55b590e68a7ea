"""Routes for operators, and what the OpenAPI document adds to the routes."""
