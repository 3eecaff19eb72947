"""What is measured of Graft alone: where extraction's time goes, growth with the number of pictures, training again."""

import json
import pathlib
import shutil
import tempfile

from case import Program, measure, median


def extraction(setup, repeats):
    """Files to features, against what decoding and the network allow when they share the cores."""
    def rate(*arguments):
        runs = [measure(Program([setup.benchmark, *arguments], "images_per_second")) for _ in range(repeats)]
        return median(runs, "value")

    one, network, whole = rate("decode", setup.photos), rate("forward", "mobilenet-v2"), rate("extract", setup.photos)
    decoding = one * setup.cores
    combined = 1 / (1 / decoding + 1 / network)
    share = whole / combined
    return [
        "## Extraction, files on disk to features", "",
        f"Decoding alone {decoding:.0f} images/s ({one:.0f} on one core × {setup.cores}), the network alone {network:.0f}; "
        f"both on the same cores 1 / (1/{decoding:.0f} + 1/{network:.0f}) = {combined:.0f}. Measured: {whole:.0f}, "
        f"**{100 * share:.0f} %** of it (floor 85 %): {_verdict(share >= 0.85)}.", ""]


def growth(setup, repeats):
    """1,000 and 10,000 pictures."""
    with tempfile.TemporaryDirectory(prefix="graft-benchmark-", dir=setup.work) as scratch:
        many = pathlib.Path(scratch) / "photos"
        _multiply(setup.photos, many, 10)
        runs = {}
        for count, folder in ((1000, setup.photos), (10000, many)):
            command = [
                setup.graft, "features", folder, "--base", setup.weights, "--image-size", 224, "-o", "{scratch}/features.npy"]
            runs[count] = [measure(Program(command)) for _ in range(repeats if count == 1000 else 1)]
    seconds = {count: median(values, "value") for count, values in runs.items()}
    memory = {count: median(values, "peak_mib") for count, values in runs.items()}
    return [
        "## Growth", "",
        f"`graft features`: 1,000 pictures {seconds[1000]:.1f} s and {memory[1000]:.0f} MiB, 10,000 pictures "
        f"{seconds[10000]:.1f} s and {memory[10000]:.0f} MiB: **{seconds[10000] / seconds[1000]:.1f}** times the time, "
        f"**{memory[10000] / memory[1000]:.2f}** times the memory.", ""]


def again(setup):
    """Training, and training again with ten more pictures."""
    with tempfile.TemporaryDirectory(prefix="graft-benchmark-", dir=setup.work) as scratch:
        scratch = pathlib.Path(scratch)
        photos = scratch / "photos"
        shutil.copytree(setup.photos, photos)
        new = sorted(photos.rglob("*.jpg"))[:10]
        kept = [(path, path.read_bytes()) for path in new]
        for path in new:
            path.unlink()
        command = [
            setup.graft, "train", photos, "--base", setup.weights, "--image-size", 224, "--head", "dense", "--epochs", 10,
            "--json", "-o", "{scratch}/m.graft", "--cache-folder", scratch / "features"]
        first = _train(command)
        for path, data in kept:
            path.write_bytes(data)
        second = _train(command)
    whole, extracted = first["seconds"] / second["seconds"], first["extraction"] / max(second["extraction"], 1e-9)
    return [
        "## Training again after adding 10 pictures to 990", "",
        f"First {first['seconds']:.2f} s, of which {first['extraction']:.2f} s went to features; again "
        f"{second['seconds']:.2f} s and {second['extraction']:.3f} s: **{whole:.1f}** times as fast (floor 4: "
        f"{_verdict(whole >= 4)}), extraction **{extracted:.0f}** times (floor 20: {_verdict(extracted >= 20)}).", ""]


def _train(command):
    run = measure(Program(command, "seconds.features"))
    return {"seconds": run["seconds"], "extraction": run["value"]}


def _multiply(source, target, times):
    """The same photos several times over, each with a comment of its own: other bytes, the same picture."""
    for path in source.rglob("*.jpg"):
        data = path.read_bytes()
        folder = target / path.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(times):
            text = json.dumps(number).encode()
            comment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text
            (folder / f"{path.stem}-{number}.jpg").write_bytes(data[:2] + comment + data[2:])


def _verdict(is_met):
    return "met" if is_met else "**missed**"
