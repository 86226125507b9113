"""What the endpoints offer: entities, their fields and parts, as declarations."""
