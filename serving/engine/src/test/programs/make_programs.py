"""Makes the TorchScript programs that the engine's tests run, into ../resources/programs.

Run with any PyTorch from 1.13 on:  python3 make_programs.py
"""

import pathlib
import tempfile
from typing import Dict, Tuple

import torch

TARGET = pathlib.Path(__file__).resolve().parent.parent / "resources" / "programs"


class Linear(torch.nn.Module):
    """y = x W + b with round numbers: x [n, 4] gives y [n, 3]."""

    def __init__(self):
        super().__init__()
        self.register_buffer("w", torch.arange(12, dtype=torch.float32).reshape(4, 3))
        self.register_buffer("b", torch.tensor([0.5, -0.5, 0.25]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.matmul(x, self.w) + self.b


class Picky(torch.nn.Module):
    """Returns its input and throws when a value is above 100."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if bool((x > 100.0).any()):
            raise ValueError("brightness above the limit of /etc/limits/brightness.conf")
        return x


class TwoByTwo(torch.nn.Module):
    """Two inputs of different types, two outputs of different types."""

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        return a + b.to(torch.float32), b * 2


class Identity(torch.nn.Module):
    """Returns its input, whatever its type."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


class Turn(torch.nn.Module):
    """x [n, a, b] gives [n, b, a], a view that is not contiguous."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.transpose(1, 2)


class Named(torch.nn.Module):
    """Returns a dictionary."""

    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        return {"negative": -x, "double": x * 2}


class Text(torch.nn.Module):
    """Returns something else than tensors."""

    def forward(self, x: torch.Tensor) -> str:
        return "text"


class Sum(torch.nn.Module):
    """Forgets the batch dimension: x [n, a] gives [a]."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sum(dim=0)


class Mlp(torch.nn.Module):
    """A small network for measurements: x [n, 64] gives [n, 10]."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.first = torch.nn.Linear(64, 32)
        self.second = torch.nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.second(torch.relu(self.first(x))), dim=1)


def save(program: torch.nn.Module, target: pathlib.Path) -> None:
    """Saves without the debug records: they name the folder that this script lies in."""
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder) / target.name
        torch.jit.script(program.eval()).save(str(whole))
        reader = torch._C.PyTorchFileReader(str(whole))
        writer = torch._C.PyTorchFileWriter(str(target))
        for name in reader.get_all_records():
            if not name.endswith(".debug_pkl") and name != "version":
                record = reader.get_record(name)
                writer.write_record(name, record, len(record))
        writer.write_end_of_file()


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for program in (Linear, Picky, TwoByTwo, Identity, Turn, Named, Text, Sum, Mlp):
        save(program(), TARGET / (program.__name__.lower() + ".pt"))
