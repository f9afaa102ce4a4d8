"""An observer outside of Sluice: upstreams, handlers and sources that keep books of what they were promised."""
