"""Times on the road: the port every source of minutes stands behind, the estimate, and the settings of outlets."""
