"""The demo's centre: believable records made from scenario targets. It knows nothing of metrics."""
