"""Writes TorchScript programs of BERT encoders without their weights.

Needs torch 2.1 or newer and onnx. Run from anywhere, once for each published encoder:

    python3 deploy/samples/train/script_bert.py minilm all-minilm-l6-v2.onnx

The program is written here; the weights stay where they were published. Two files go to `deploy/samples/pretrained`:
  NAME.pt.template   the TorchScript file with every weight left out
  NAME.weights.tsv   for each tensor left out: its entry in the file, its bytes, and the initialiser of the ONNX file
                     that holds them
`deploy/bellwether up` puts the two and the ONNX file together. A weight matrix keeps the layout that it has in the ONNX
file (inputs by outputs), so that filling in is copying and nothing else.
"""

import pathlib
import re
import sys
import tempfile
import zipfile

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

PRETRAINED = pathlib.Path(__file__).resolve().parent.parent / "pretrained"
LAYER_NORM_EPSILON = 1e-12
MATRICES_A_LAYER = ["query", "key", "value", "attended", "intermediate", "output"]


class Dense(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addmm(self.bias, x, self.weight)


class Layer(nn.Module):
    """One transformer layer on tokens laid end to end: [items x tokens, hidden]."""

    def __init__(self, hidden: int, heads: int, inner: int):
        super().__init__()
        self.heads = heads
        self.query = Dense(hidden, hidden)
        self.key = Dense(hidden, hidden)
        self.value = Dense(hidden, hidden)
        self.attended = Dense(hidden, hidden)
        self.attended_norm = nn.LayerNorm(hidden, LAYER_NORM_EPSILON)
        self.intermediate = Dense(hidden, inner)
        self.output = Dense(inner, hidden)
        self.output_norm = nn.LayerNorm(hidden, LAYER_NORM_EPSILON)

    def split(self, x: Tensor, items: int) -> Tensor:
        return x.view(items, -1, self.heads, x.size(1) // self.heads).transpose(1, 2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        items = mask.size(0)
        attention = functional.scaled_dot_product_attention(
            self.split(self.query(x), items), self.split(self.key(x), items), self.split(self.value(x), items), mask
        )
        joined = attention.transpose(1, 2).reshape(x.size(0), x.size(1))
        x = self.attended_norm(x + self.attended(joined))
        return self.output_norm(x + self.output(functional.gelu(self.intermediate(x))))


class Encoder(nn.Module):
    """Token ids, mask and segments, INT64 [items, tokens], to the last hidden state, FP32 [items, tokens, hidden]."""

    def __init__(self, words: int, positions: int, segments: int, hidden: int, heads: int, inner: int, layers: int):
        super().__init__()
        self.words = nn.Embedding(words, hidden)
        self.positions = nn.Embedding(positions, hidden)
        self.segments = nn.Embedding(segments, hidden)
        self.norm = nn.LayerNorm(hidden, LAYER_NORM_EPSILON)
        self.layers = nn.ModuleList([Layer(hidden, heads, inner) for _ in range(layers)])

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        items, tokens = input_ids.size(0), input_ids.size(1)
        place = torch.arange(tokens, device=input_ids.device)
        x = self.norm(self.words(input_ids) + self.segments(token_type_ids) + self.positions(place))
        mask = attention_mask.to(torch.bool).view(items, 1, 1, tokens)
        x = x.view(items * tokens, -1)
        for layer in self.layers:
            x = layer(x, mask)
        return x.view(items, tokens, -1)


def initialiser_names(graph: onnx.GraphProto, layers: int) -> dict[str, str]:
    """Parameters of Encoder to initialisers; matrices have no names of their own and come in the order of use."""
    matrices = [t.name for t in graph.initializer if re.fullmatch(r"onnx::MatMul_\d+", t.name)]
    assert len(matrices) == layers * len(MATRICES_A_LAYER), matrices
    norm = {"attended_norm": "attention.output.LayerNorm", "output_norm": "output.LayerNorm"}
    dense = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attended": "attention.output.dense",
        "intermediate": "intermediate.dense",
        "output": "output.dense",
    }
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "segments.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    for layer in range(layers):
        for position, part in enumerate(MATRICES_A_LAYER):
            names[f"layers.{layer}.{part}.weight"] = matrices[layer * len(MATRICES_A_LAYER) + position]
            names[f"layers.{layer}.{part}.bias"] = f"encoder.layer.{layer}.{dense[part]}.bias"
        for part, published in norm.items():
            for kind in ("weight", "bias"):
                names[f"layers.{layer}.{part}.{kind}"] = f"encoder.layer.{layer}.{published}.{kind}"
    return names


def encoder_like(graph: onnx.GraphProto) -> tuple[Encoder, int]:
    shapes = {t.name: list(t.dims) for t in graph.initializer}
    layers = 1 + max(int(m.group(1)) for m in (re.match(r"encoder\.layer\.(\d+)\.", n) for n in shapes) if m)
    words, hidden = shapes["embeddings.word_embeddings.weight"]
    positions = shapes["embeddings.position_embeddings.weight"][0]
    segments = shapes["embeddings.token_type_embeddings.weight"][0]
    inner = shapes["encoder.layer.0.intermediate.dense.bias"][0]
    heads = hidden // 32
    return Encoder(words, positions, segments, hidden, heads, inner, layers), layers


def write(name: str, encoder: Encoder, names: dict[str, str], graph: onnx.GraphProto) -> None:
    bytes_of = {t.name: len(t.raw_data) for t in graph.initializer}
    parameters = dict(encoder.named_parameters())
    assert set(parameters) == set(names), set(parameters) ^ set(names)
    with torch.no_grad():
        for number, parameter in enumerate(parameters.values()):
            parameter.fill_(number)
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder) / "model.pt"
        torch.jit.save(torch.jit.script(encoder.eval()), str(whole))
        rows = []
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(PRETRAINED / f"{name}.pt.template", "w") as target:
            for entry in source.namelist():
                record = source.read(entry)
                if entry.split("/")[1] == "data":
                    number = int(torch.frombuffer(bytearray(record[:4]), dtype=torch.float32).item())
                    initialiser = names[list(parameters)[number]]
                    assert bytes_of[initialiser] == len(record), (initialiser, len(record))
                    rows.append(f"{entry}\t{len(record)}\t{initialiser}\n")
                elif not entry.endswith(".debug_pkl"):  # they name the folder that this script lies in
                    kept = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
                    target.writestr(kept, record)
        assert len(rows) == len(parameters)
        (PRETRAINED / f"{name}.weights.tsv").write_text("".join(rows))


def main(name: str, onnx_file: str) -> None:
    graph = onnx.load(onnx_file).graph
    encoder, layers = encoder_like(graph)
    write(name, encoder, initialiser_names(graph, layers), graph)
    print(f"{name}: {layers} layers, {sum(p.numel() for p in encoder.parameters()):,} weights left out")


if __name__ == "__main__":
    main(*sys.argv[1:])
