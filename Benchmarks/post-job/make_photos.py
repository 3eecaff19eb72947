#!/usr/bin/env python3
"""Makes the photos of the benchmark: 1,000 JPEGs of 500×375 in three classes, the same bits every time.

A photo is a stamp (a photographed thing with alpha) laid over gradients, soft blobs and sensor-like grain: about as much
for a JPEG decoder to do as a camera's picture of that size has. Without stamps, coloured blobs stand in for them.
"""

import argparse
import pathlib
import shutil

import numpy as np
from PIL import Image

CLASSES = {"bird": "birds", "food": "food", "mammal": "mammals"}
SIZE = (500, 375)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=pathlib.Path, help="folder to make; one of that name is replaced only by --force")
    parser.add_argument("--stamps", type=pathlib.Path, help="the stamps of scripts/fetch-assets: a folder with birds/, food/ and mammals/")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--force", action="store_true")
    arguments = parser.parse_args()
    if arguments.output.exists():
        if not arguments.force:
            parser.error(f"{arguments.output} exists; --force replaces it")
        shutil.rmtree(arguments.output)

    sources = {name: _stamps(arguments.stamps, folder) for name, folder in CLASSES.items()}
    names = list(CLASSES)
    sizes = []
    for index in range(arguments.count):
        name = names[index % len(names)]
        random = np.random.Generator(np.random.PCG64([2024, index]))
        path = arguments.output / name / f"{name}-{index // len(names):04d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        _photo(random, names.index(name), sources[name]).save(path, quality=int(random.integers(85, 91)), subsampling=2)
        sizes.append(path.stat().st_size / 1024)
    low, middle, high = np.percentile(sizes, [0, 50, 100])
    print(f"{arguments.count} photos in {len(names)} classes, {low:.0f} to {high:.0f} KiB, median {middle:.0f} KiB")


def _stamps(folder, below):
    """The photographs among the stamps: cartoons left out, as in the demo."""
    if folder is None:
        return []
    paths = sorted(path for path in (folder / below).rglob("*.png") if "cartoon" not in str(path))
    if not paths:
        raise SystemExit(f"No stamps below {folder / below}.")
    return paths


def _photo(random, label, stamps):
    image = Image.fromarray(_background(random), "RGB")
    for _ in range(int(random.integers(1, 3))):
        stamp = Image.open(stamps[random.integers(len(stamps))]).convert("RGBA") if stamps else _blob(random, label)
        height = SIZE[1] * random.uniform(0.45, 0.9)
        scale = min(height / stamp.height, SIZE[0] * 0.9 / stamp.width)
        stamp = stamp.resize((max(1, round(stamp.width * scale)), max(1, round(stamp.height * scale))), Image.BICUBIC)
        stamp = stamp.rotate(random.uniform(-20, 20), Image.BICUBIC, expand=True)
        left = int(random.integers(-stamp.width // 8, max(1, SIZE[0] - stamp.width * 7 // 8)))
        top = int(random.integers(-stamp.height // 8, max(1, SIZE[1] - stamp.height * 7 // 8)))
        image.paste(stamp, (left, top), stamp)
    grain = random.normal(0, random.uniform(5, 9), (SIZE[1], SIZE[0], 1)) + random.normal(0, 2, (SIZE[1], SIZE[0], 3))
    return Image.fromarray(np.clip(np.asarray(image, np.float64) + grain, 0, 255).astype(np.uint8), "RGB")


def _background(random):
    """Two colours shading into one another, with texture of three scales on top."""
    vertical, horizontal = np.mgrid[0:1:SIZE[1] * 1j, 0:1:SIZE[0] * 1j]
    angle = random.uniform(0, 2 * np.pi)
    mix = np.clip(0.5 + (np.cos(angle) * (horizontal - 0.5) + np.sin(angle) * (vertical - 0.5)), 0, 1)[..., None]
    picture = random.uniform(40, 220, 3) * mix + random.uniform(40, 220, 3) * (1 - mix)
    for cells, strength in ((6, 40), (24, 24), (90, 14)):
        coarse = random.integers(0, 256, (cells * 3 // 4, cells, 3), dtype=np.uint8)
        texture = Image.fromarray(coarse, "RGB").resize(SIZE, Image.BICUBIC)
        picture = picture + (np.asarray(texture, np.float64) - 128) / 128 * strength
    return np.clip(picture, 0, 255).astype(np.uint8)


def _blob(random, label):
    """A thing by formula: its outline has as many lobes as its class says, its colour leans to the class."""
    vertical, horizontal = np.mgrid[-1:1:256j, -1:1:256j]
    radius, angle = np.hypot(vertical, horizontal), np.arctan2(vertical, horizontal)
    edge = 0.7 + 0.2 * np.cos((3 + 2 * label) * angle + random.uniform(0, 6))
    colour = random.uniform(0, 255, 3) * 0.6 + np.eye(3)[label] * 100
    shade = (1.1 - 0.5 * radius)[..., None] * colour
    alpha = np.clip((edge - radius) * 40, 0, 1)[..., None] * 255
    return Image.fromarray(np.clip(np.concatenate([shade, alpha], -1), 0, 255).astype(np.uint8), "RGBA")


if __name__ == "__main__":
    main()
