"""What leaves the store: snapshots, exports, explanations, a supplier's bundle."""
