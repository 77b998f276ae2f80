"""Makes the ONNX graphs and the tokenizer that the engine's tests use, into ../resources.

Run with any onnx from 1.13 on:  python3 make_graphs.py
"""

import json
import pathlib

import numpy
from onnx import TensorProto, checker, helper, numpy_helper, save

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources"


def linear() -> None:
    """The network of linear.pt, y = x W + b; and, not declared by anyone, the sum of each row."""
    w = numpy_helper.from_array(numpy.arange(12, dtype=numpy.float32).reshape(4, 3), "w")
    b = numpy_helper.from_array(numpy.array([0.5, -0.5, 0.25], dtype=numpy.float32), "b")
    axis = numpy_helper.from_array(numpy.array([1], dtype=numpy.int64), "axis")
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["x", "axis"], ["total"]),
            helper.make_node("MatMul", ["x", "w"], ["product"]),
            helper.make_node("Add", ["product", "b"], ["y"]),
        ],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["items", 4])],
        [
            helper.make_tensor_value_info("total", TensorProto.FLOAT, ["items", 1]),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, ["items", 3]),
        ],
        [w, b, axis],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=7)
    checker.check_model(model)
    save(model, RESOURCES / "programs" / "linear.onnx")


def brain() -> None:
    """Its input as it is, in BF16."""
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "brain",
        [helper.make_tensor_value_info("x", TensorProto.BFLOAT16, ["items", 2])],
        [helper.make_tensor_value_info("y", TensorProto.BFLOAT16, ["items", 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=7)
    checker.check_model(model)
    save(model, RESOURCES / "programs" / "brain.onnx")


def tokenizer() -> None:
    """Pieces of six words, special tokens around them, everything padded to 8 unless told otherwise."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bell", "##wether", "serve", "##s", "model", "a"]
    special = [
        {"id": i, "content": vocabulary[i], "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for i in range(4)
    ]
    (RESOURCES / "programs" / "tokenizer.json").write_text(json.dumps({
        "version": "1.0",
        "truncation": None,
        "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
                    "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                               "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100,
                  "vocab": {word: i for i, word in enumerate(vocabulary)}},
    }, indent=1))


if __name__ == "__main__":
    linear()
    brain()
    tokenizer()
