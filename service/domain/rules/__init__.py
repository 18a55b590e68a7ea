"""The choice of a routing rule: rules, their words, review and drafts."""
