"""Steps of engines that do nothing."""
