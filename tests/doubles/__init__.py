"""Far ends of wires, for tests: small servers on loopback that the real client libraries talk to."""
