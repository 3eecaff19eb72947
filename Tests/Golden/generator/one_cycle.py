"""PyTorch's one-cycle schedule, step by step: `one_cycle.py ARGUMENTS` prints what `OneCycleLR` gives, as JSON.

A program of its own: PyTorch and TensorFlow bring two copies of LLVM that cannot live in one process.
"""

import json
import sys
import warnings

import torch


def rates(arguments):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, cycle_momentum=False, **arguments)
    result = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # That the schedule makes steps and the optimizer none.
        for step in range(arguments["total_steps"]):
            result.append(float(schedule.get_last_lr()[0]))
            if step + 1 < arguments["total_steps"]:
                schedule.step()
    return result


if __name__ == "__main__":
    json.dump({"learning_rate": rates(json.loads(sys.argv[1])), "torch": torch.__version__}, sys.stdout)
