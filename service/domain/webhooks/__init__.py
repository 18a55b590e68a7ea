"""Webhooks: public events sent by HTTP to receivers that administrators named."""
