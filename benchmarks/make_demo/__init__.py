"""Makes the demo that ships inside the package: an invented car plant, its complaints and their recordings.

    python -m benchmarks.make_demo OUT [--audio KOKORO_FOLDER]

Every table depends on the seed in `make_demo.layout` alone; without `--audio` everything but the recordings is written.

The plant builds two models on one line, 26 weeks from 2025-11-17. Two faults are planted (also in `planted.json`,
which the product never reads):

- A, build weeks 8 to 13, station Z070 (shock absorbers), tool T2 of two alternating tools: a bolt comes loose, and the
  owner hears the chassis over speed bumps. The torque of that tool is a little lower in those weeks.
- B, build weeks 15 to 20, station Z040 (valve body and TCU), part lot VB-QY-2605 of one supplier, mounted in the same
  weeks as another supplier's lots: the transmission jerks when it shifts in low gears.

Everything else happens at a flat rate over all units, suspension noise and jerks included. Persons, brands, telephone
numbers (1990000xxxx), plates (苏Z990xx) and serial numbers (LXX…) are invented.
"""
