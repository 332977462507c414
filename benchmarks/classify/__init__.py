"""Categories measured against two baselines; the speed of mentions; how far labels are covered by symptoms."""
