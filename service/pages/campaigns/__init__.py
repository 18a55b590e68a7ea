"""Pages of campaigns: for everybody, as a banner in other sites, and the form that keeps them."""
