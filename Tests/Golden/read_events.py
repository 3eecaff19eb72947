#!/usr/bin/env python3
"""Prints what TensorBoard's own reader finds below a folder of logs: `{"run/tag": [[step, value], …]}` as JSON."""

import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main():
    found = {}
    for folder in sorted(path for path in pathlib.Path(sys.argv[1]).iterdir() if path.is_dir()):
        events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
        events.Reload()
        for tag in events.Tags()["scalars"]:
            found[f"{folder.name}/{tag}"] = [[event.step, event.value] for event in events.Scalars(tag)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
