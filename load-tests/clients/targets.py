"""Where the running platform is, and requests for its sample models."""

import csv
import os
import pathlib

import numpy

REST = os.environ.get("BELLWETHER_REST", "127.0.0.1:8000")
GRPC = os.environ.get("BELLWETHER_GRPC", "127.0.0.1:8001")

DIGITS = "digits"
FAILING = "4"  # the version of digits whose program throws on images with much ink
TEXTS = "minilm"
SENTENCES = ["How do I get into my account?", "The weather is fine."]

EXTENSIONS = {
    "binary_tensor_data",
    "classification",
    "model_configuration",
    "model_repository",
    "model_repository(unload_dependents)",
    "parameters",
    "schedule_policy",
    "statistics",
}
NOT_OFFERED = {"system_shared_memory", "cuda_shared_memory", "trace", "logging", "sequence"}

_HELD_OUT = pathlib.Path(__file__).parents[2] / "deploy/samples/data/digits-heldout.csv"


def digits(rows):
    """So many held-out images of handwritten digits as FP32 [rows, 64], and the digits that they show."""
    with open(_HELD_OUT, newline="") as lines:
        table = [row for row in csv.reader(lines) if row[0].isdigit()][:rows]
    return (
        numpy.array([row[:64] for row in table], dtype=numpy.float32),
        numpy.array([int(row[64]) for row in table]),
    )


def texts():
    """Sentences as a BYTES tensor [2, 1]."""
    return numpy.array([[text.encode()] for text in SENTENCES], dtype=numpy.object_)
