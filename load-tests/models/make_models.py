"""Writes the programs of the models that are measured. Needs torch; any 2.x does. Run from anywhere, without arguments.

Weights are random by a fixed seed: nothing here predicts anything, only the work counts.
  tiny    64 numbers in, 10 out; about 25 microseconds a call: what is measured is everything around it
  poison  tiny, which throws when the first number of a row is above 1e6
  cnn     3x64x64 in, 10 out; about 5 ms a row on one core
"""

import pathlib

import torch
from torch import Tensor, nn

HERE = pathlib.Path(__file__).resolve().parent


class Poisonable(nn.Module):
    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        if bool((x[:, 0] > 1e6).any()):
            raise RuntimeError("the first number of a row is above 1e6")
        return self.inner(x)


def tiny() -> nn.Module:
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def cnn() -> nn.Module:
    def block(of: int, to: int) -> list:
        return [nn.Conv2d(of, to, 3, padding=1), nn.ReLU()]

    return nn.Sequential(
        *block(3, 32), *block(32, 32), nn.MaxPool2d(2), *block(32, 64), *block(64, 64), nn.MaxPool2d(2),
        *block(64, 64), *block(64, 64), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(1)
    small = tiny().eval()
    for name, model in {"tiny": small, "poison": Poisonable(small), "cnn": cnn().eval()}.items():
        target = HERE / name / "1" / "model.pt"
        target.parent.mkdir(parents=True, exist_ok=True)
        torch.jit.script(model).save(str(target))
        print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
