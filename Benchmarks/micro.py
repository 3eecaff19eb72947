#!/usr/bin/env python3
"""Graft's own speed, without peers: every case of graft-benchmark, and where a forward pass's time goes."""

import collections
import json
import pathlib
import subprocess
import sys

from environment import machine

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / ".build/release/graft-benchmark"
NETWORKS = sys.argv[1:] or ["mobilenet-v2"]


def main():
    print(machine())
    peak = run("peak")["gmacs_per_second_and_core"]
    print(f"matrix product, one core: {peak:.1f} GMAC/s")
    photos = ROOT / "Benchmarks/post-job/work/photos"
    if photos.is_dir():
        print(f"JPEG to 224×224, one core: {run('decode', photos)['images_per_second']:.0f} images/s")
        print(f"JPEG to features, all cores: {run('extract', photos)['images_per_second']:.0f} images/s")
    print(f"the post's head, 10,000 × 1,280, ten epochs: {run('head', 10000)['seconds']:.2f} s")
    for network in NETWORKS:
        print(f"\n{network}: {run('forward', network)['images_per_second']:.0f} images/s on all cores, "
              f"{run('forward', network, 'int8')['images_per_second']:.0f} in int8, "
              f"{run('one', network)['median_ms']:.2f} ms for one picture")
        layers(network, peak)
        layers(network, peak, "int8")


def layers(network, peak, *precision):
    """A network's kernels, the most expensive kind first."""
    result = run("layers", network, *precision)
    kinds = collections.defaultdict(lambda: [0, 0.0, 0.0])
    for step in result["steps"]:
        kind = kinds[step["kernel"]]
        kind[0] += 1
        kind[1] += step["milliseconds"]
        kind[2] += step["milliseconds"] * step["gmacs_per_second"] / 1000
    for name, (count, milliseconds, gmacs) in sorted(kinds.items(), key=lambda item: -item[1][1]):
        rate = 1000 * gmacs / milliseconds
        print(f"  {name:32} {count:3} steps {milliseconds:7.3f} ms {rate:6.1f} GMAC/s, {100 * rate / peak:3.0f} % of the peak")
    rate = result["gmacs_per_second"]
    print(f"  {' '.join(['all, one core', *precision]):32} {len(result['steps']):3} steps {result['milliseconds']:7.3f} ms {rate:6.1f} GMAC/s, "
          f"{100 * rate / peak:3.0f} % of the peak")


def run(*arguments):
    process = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(process.stderr)
    text = process.stdout
    return json.loads(text[text.index("{"):])


if __name__ == "__main__":
    main()
