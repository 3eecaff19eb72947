#!/usr/bin/env python3
"""Makes the torch files beside this script: `generate_torch.py`, with torch 2.15.0, Python 3.11.

small_zip.pth, small_legacy.pth   the same tensors in both layouts: kinds of numbers, a shared storage, strides of its own, an empty
                                  one, a scalar, a parameter; and small.safetensors, which says what they are
checkpoint.pth                    the weights under `state_dict` beside other things
protocol_4.pth                    pickled with protocol 4
packed.zip                      members that are deflated, one of them in a stored block, one with dynamic codes
evil_*.pth                        pickles that ask for what they may not have
"""

import collections
import os
import pathlib
import zipfile

import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent


def tensors():
    torch.manual_seed(7)
    base = torch.randn(4, 3, 2, 2)
    shared = torch.arange(12, dtype=torch.float32)
    return collections.OrderedDict([
        ("conv.weight", base),
        ("channels_last", base.clone().contiguous(memory_format=torch.channels_last)),
        ("transposed", torch.randn(3, 5).t()),
        ("whole", shared),
        ("part", shared[3:9].reshape(2, 3)),
        ("every_second", shared[::2]),
        ("half", torch.randn(5).half()),
        ("bfloat", torch.randn(5).bfloat16()),
        ("double", torch.randn(5).double()),
        ("long", torch.tensor([-3, 0, 2**40])),
        ("int", torch.tensor([-3, 7], dtype=torch.int32)),
        ("short", torch.tensor([-3, 7], dtype=torch.int16)),
        ("char", torch.tensor([-3, 7], dtype=torch.int8)),
        ("byte", torch.tensor([3, 200], dtype=torch.uint8)),
        ("bool", torch.tensor([True, False, True])),
        ("empty", torch.zeros(0, 4)),
        ("num_batches_tracked", torch.tensor(5)),
        ("parameter", torch.nn.Parameter(torch.randn(2, 2))),
    ])


class Evil:
    """Pickles as a call of whatever it is given."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def main():
    state = tensors()
    torch.save(state, FOLDER / "small_zip.pth")
    torch.save(state, FOLDER / "small_legacy.pth", _use_new_zipfile_serialization=False)
    save_file({name: value.detach().float().contiguous().clone() for name, value in state.items()},
              FOLDER / "small.safetensors")
    plain = {"conv.weight": state["conv.weight"]}
    torch.save({"epoch": 3, "best": 0.5, "names": ["a", ("b", None, True)], "state_dict": plain},
               FOLDER / "checkpoint.pth")
    torch.save(plain, FOLDER / "protocol_4.pth", pickle_protocol=4)
    marker = "graft-was-here"
    torch.save({"weight": Evil(os.system, f"touch {marker}")}, FOLDER / "evil_system.pth")
    torch.save({"weight": Evil(eval, "1 + 1")}, FOLDER / "evil_eval.pth", _use_new_zipfile_serialization=False)
    torch.save(torch.nn.Linear(2, 2), FOLDER / "evil_module.pth")
    with zipfile.ZipFile(FOLDER / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        text = "".join(f"line {n % 37} of {n}\n" for n in range(2000))
        archive.writestr(zipfile.ZipInfo("dynamic.txt", (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("short.txt", (1980, 1, 1, 0, 0, 0)), "abcabcabcabc", zipfile.ZIP_DEFLATED)
        noise = bytes((n * n * 2654435761 >> 13) % 256 for n in range(3000))
        archive.writestr(zipfile.ZipInfo("noise.bin", (1980, 1, 1, 0, 0, 0)), noise, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("zeros.bin", (1980, 1, 1, 0, 0, 0)), bytes(100000), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
