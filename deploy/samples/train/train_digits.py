"""Trains the sample digit classifiers and writes the sample repository.

Needs scikit-learn (for the data) and torch; Debian's python3-sklearn 1.2 and python3-torch 1.13 do.
Run from anywhere:  python3 deploy/samples/train/train_digits.py
The result is deterministic for one version of torch on one kind of processor: fixed seeds, one thread.

Versions written (all take FP32 [n, 64], pixels 0..16, and give FP32 [n, 10], one score per digit):
  1  stable    the network below, trained on a hundred images only
  2  good      the same network, trained on the whole training half with shifted copies
  3  slow      version 2, which inverts a matrix again for each call instead of once when loaded
  4  failing   version 2, which refuses images with more ink than it was told to expect
  5  drifting  version 2, with the score of one digit pushed up
  6  costly    version 2, which scores each image twice (as it is and shifted by nothing worth having)
"""

import csv
import pathlib
import tempfile

import numpy
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

SAMPLES = pathlib.Path(__file__).resolve().parent.parent
CLASSES = 10
SIDE = 8
PIXEL_MAX = 16.0
STABLE_IMAGES_PER_CLASS = 10
INK_LIMIT_QUANTILE = 0.95
DRIFT_CLASS = 8
DRIFT_PREDICTED_SHARE = 0.26


class Digits(nn.Module):
    """Three 3x3 convolutions on the 8x8 image, then one hidden layer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 32, 3, padding=1)
        self.second = nn.Conv2d(32, 48, 3, padding=1)
        self.third = nn.Conv2d(48, 48, 3, padding=1)
        self.hidden = nn.Linear(48 * 16, 96)
        self.last = nn.Linear(96, CLASSES)

    def logits(self, image: Tensor) -> Tensor:
        x = (image / 16.0).reshape(-1, 1, 8, 8)
        x = torch.relu(self.first(x))
        x = torch.relu(self.second(x))
        x = torch.relu(self.third(x))
        x = torch.max_pool2d(x, 2).flatten(1)
        return self.last(torch.relu(self.hidden(x)))

    def forward(self, image: Tensor) -> Tensor:
        return torch.softmax(self.logits(image), dim=1)


class Slow(nn.Module):
    """Inverts the covariance of the pixels by Newton's iteration for each call; the answer does not change."""

    def __init__(self, network: Digits, covariance: Tensor, rounds: int):
        super().__init__()
        self.network = network
        self.rounds = rounds
        self.register_buffer("covariance", covariance)

    def forward(self, image: Tensor) -> Tensor:
        inverse = self.covariance.t() / (self.covariance.norm() * self.covariance.norm())
        identity = torch.eye(64, dtype=self.covariance.dtype)
        for _ in range(self.rounds):
            inverse = inverse @ (2.0 * identity - self.covariance @ inverse)
        whitened = image.to(self.covariance.dtype) @ inverse
        return self.network((whitened @ self.covariance).to(torch.float32))


class Failing(nn.Module):
    """Knows no image with more ink than the limit."""

    def __init__(self, network: Digits, ink_limit: float):
        super().__init__()
        self.network = network
        self.ink_limit = ink_limit

    def forward(self, image: Tensor) -> Tensor:
        if bool((image.sum(1) > self.ink_limit).any()):
            raise ValueError("the image holds more ink than expected")
        return self.network(image)


class Drifting(nn.Module):
    """One digit is favoured."""

    def __init__(self, network: Digits, bias: Tensor):
        super().__init__()
        self.network = network
        self.register_buffer("bias", bias)

    def forward(self, image: Tensor) -> Tensor:
        return torch.softmax(self.network.logits(image) + self.bias, dim=1)


class Costly(nn.Module):
    """Averages over copies of each image that differ by too little to help."""

    def __init__(self, network: Digits, copies: int):
        super().__init__()
        self.network = network
        self.copies = copies

    def forward(self, image: Tensor) -> Tensor:
        scores = self.network(image)
        for copy in range(1, self.copies):
            scores = scores + self.network(image * (1.0 + 0.001 * copy))
        return scores / float(self.copies)


def shifted(images: numpy.ndarray) -> numpy.ndarray:
    """Each image as it is and moved by one pixel to each side."""
    square = images.reshape(-1, SIDE, SIDE)
    moved = [square]
    for axis, step in ((1, 1), (1, -1), (2, 1), (2, -1)):
        copy = numpy.roll(square, step, axis=axis)
        edge = 0 if step == 1 else -1
        if axis == 1:
            copy[:, edge, :] = 0
        else:
            copy[:, :, edge] = 0
        moved.append(copy)
    return numpy.concatenate(moved).reshape(-1, SIDE * SIDE)


def train(images: numpy.ndarray, labels: numpy.ndarray, seed: int, epochs: int) -> Digits:
    torch.manual_seed(seed)
    network = Digits()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-4)
    x = torch.tensor(images, dtype=torch.float32)
    y = torch.tensor(labels, dtype=torch.int64)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for start in range(0, len(x), 64):
            chosen = order[start : start + 64]
            optimiser.zero_grad()
            nn.functional.cross_entropy(network.logits(x[chosen]), y[chosen]).backward()
            optimiser.step()
    return network.eval()


def logits(network: Digits, images: numpy.ndarray) -> numpy.ndarray:
    with torch.no_grad():
        return network.logits(torch.tensor(images, dtype=torch.float32)).numpy()


def shares(classes: numpy.ndarray) -> numpy.ndarray:
    return numpy.bincount(classes, minlength=CLASSES) / len(classes)


def level_class_shares(network: Digits, images: numpy.ndarray, target: numpy.ndarray) -> None:
    """Moves the biases of the last layer until the shares of the predicted classes are the target's."""
    scores = logits(network, images)
    bias = numpy.zeros(CLASSES)
    for _ in range(400):
        bias += 0.05 * numpy.log((target + 1e-3) / (shares((scores + bias).argmax(1)) + 1e-3))
    with torch.no_grad():
        network.last.bias += torch.tensor(bias, dtype=torch.float32)


def drift_bias(network: Digits, images: numpy.ndarray) -> Tensor:
    """The smallest push on one digit that gives it the wanted share of the predictions."""
    scores = logits(network, images)
    bias = numpy.zeros(CLASSES)
    while shares((scores + bias).argmax(1))[DRIFT_CLASS] < DRIFT_PREDICTED_SHARE:
        bias[DRIFT_CLASS] += 0.05
    return torch.tensor(bias, dtype=torch.float32)


def save(module: nn.Module, version: int) -> nn.Module:
    """Saves without the debug records: they name the folder that this script lies in."""
    path = SAMPLES / "models" / "digits" / str(version) / "model.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    scripted = torch.jit.script(module.eval())
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder) / "model.pt"
        torch.jit.save(scripted, str(whole))
        reader = torch._C.PyTorchFileReader(str(whole))
        writer = torch._C.PyTorchFileWriter(str(path))
        for name in reader.get_all_records():
            if not name.endswith(".debug_pkl") and name != "version":
                record = reader.get_record(name)
                writer.write_record(name, record, len(record))
        writer.write_end_of_file()
    return scripted


def report(name: str, module: nn.Module, images: numpy.ndarray, labels: numpy.ndarray, reference: numpy.ndarray) -> None:
    failed, answers, truth = 0, [], []
    with torch.no_grad():
        for image, label in zip(images, labels):
            try:
                answers.append(int(module(torch.tensor(image[None], dtype=torch.float32)).argmax(1)))
                truth.append(label)
            except Exception:
                failed += 1
    share = shares(numpy.array(answers))
    odds = (share / (1 - share)) / (reference / (1 - reference))
    accuracy = float(numpy.mean(numpy.array(answers) == numpy.array(truth)))
    print(f"{name:9s} accuracy {accuracy:.4f}  failed {failed / len(labels):.4f}  "
          f"class odds against good {odds.min():.3f}..{odds.max():.3f} (digit {odds.argmax()})")


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    digits = load_digits()
    order = numpy.random.RandomState(20).permutation(len(digits.target))
    half = len(order) // 2
    images, labels = digits.data.astype("float32"), digits.target
    train_x, train_y = images[order[:half]], labels[order[:half]]
    held_x, held_y = images[order[half:]], labels[order[half:]]

    few = numpy.concatenate([numpy.flatnonzero(train_y == c)[:STABLE_IMAGES_PER_CLASS] for c in range(CLASSES)])
    stable = train(train_x[few], train_y[few], seed=1, epochs=60)
    level_class_shares(stable, train_x, shares(train_y))
    good = train(shifted(train_x), numpy.tile(train_y, 5), seed=2, epochs=16)

    covariance = torch.tensor(numpy.cov(train_x.T.astype("float64")) + 0.5 * numpy.eye(64))
    ink_limit = float(numpy.quantile(train_x.sum(1), INK_LIMIT_QUANTILE))
    models = {
        "stable": save(stable, 1),
        "good": save(good, 2),
        "slow": save(Slow(good, covariance, 350), 3),
        "failing": save(Failing(good, ink_limit), 4),
        "drifting": save(Drifting(good, drift_bias(good, train_x)), 5),
        "costly": save(Costly(good, 2), 6),
    }

    reference = shares(logits(good, held_x).argmax(1))
    for name, module in models.items():
        report(name, module, held_x, held_y, reference)

    path = SAMPLES / "data" / "digits-heldout.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"p{i}" for i in range(SIDE * SIDE)] + ["label"])
        for image, label in zip(held_x, held_y):
            writer.writerow([int(pixel) for pixel in image] + [int(label)])


if __name__ == "__main__":
    main()
