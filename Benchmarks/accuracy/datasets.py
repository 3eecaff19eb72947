"""The pictures that accuracy is measured on, and how they are split, by a seed alone."""

import hashlib
import pathlib
import random
from dataclasses import dataclass

FOLDS = 5
# Of Fashion-MNIST: pictures per class to train on. All test pictures that fetch-assets keeps (100 per class) are tested on.
TRAINING_PICTURES = 20


@dataclass(frozen=True)
class Dataset:
    folder: str
    image_size: int
    description: str


@dataclass(frozen=True)
class Split:
    seed: int
    fold: int
    # For first weights and orders: another one for every fold.
    number: int
    # Holds train/ and validation/, each with class folders of links.
    folder: str


DATASETS = {
    "stamps": Dataset(
        "stamps", 160,
        "221 photo stamps in 5 classes, 160×160, 5-fold cross-validation, stratified, equal pictures never parted."),
    "fashion-mnist": Dataset(
        "fashion-mnist", 128,
        f"{TRAINING_PICTURES} training pictures of each of Fashion-MNIST's 10 classes, drawn by the seed from the first 1,000;"
        " 1,000 test pictures; 28×28 gray, enlarged to 128×128."),
}


def splits(name, assets, seeds, folder):
    """Makes the folders of all splits of a data set."""
    source = pathlib.Path(assets, DATASETS[name].folder).resolve()
    make = _folds if name == "stamps" else _drawn
    result = []
    for seed in seeds:
        for fold, parts in enumerate(make(source, seed)):
            split = Split(seed, fold, 100 * seed + fold, str(folder / f"{seed}-{fold}"))
            for part, files in parts.items():
                for label, path in files:
                    link = pathlib.Path(split.folder, part, label, path.name)
                    link.parent.mkdir(parents=True, exist_ok=True)
                    link.symlink_to(path)
            result.append(split)
    return result


def _folds(source, seed):
    """Each class's different pictures in random order, dealt out one after another: the next class goes on where the last
    one ended, so that folds are of nearly equal size."""
    generator = random.Random(seed)
    folds = [[] for _ in range(FOLDS)]
    place = 0
    for label, paths in _classes(source):
        by_content = {}
        for path in paths:
            by_content.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), []).append(path)
        groups = list(by_content.values())
        generator.shuffle(groups)
        for group in groups:
            folds[place % FOLDS] += [(label, path) for path in group]
            place += 1
    for held in range(FOLDS):
        yield {
            "train": [file for fold in range(FOLDS) if fold != held for file in folds[fold]],
            "validation": folds[held]}


def _drawn(source, seed):
    generator = random.Random(seed)
    train = []
    for label, paths in _classes(source / "train"):
        train += [(label, path) for path in generator.sample(paths, TRAINING_PICTURES)]
    yield {"train": train, "validation": [(label, path) for label, paths in _classes(source / "test") for path in paths]}


def _classes(folder):
    return [(path.name, sorted(path.iterdir())) for path in sorted(folder.iterdir()) if path.is_dir()]
