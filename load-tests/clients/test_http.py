"""tritonclient over HTTP."""

import http.client
import json
import unittest

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

import targets


def image_input(images, binary=True):
    tensor = triton.InferInput("image", list(images.shape), "FP32")
    tensor.set_data_from_numpy(images, binary_data=binary)
    return [tensor]


class HttpTest(unittest.TestCase):
    def setUp(self):
        self.client = triton.InferenceServerClient(targets.REST, concurrency=4)
        self.addCleanup(self.client.close)
        self.images, self.labels = targets.digits(8)

    def refused(self, status, words, call, *arguments, **named):
        with self.assertRaises(InferenceServerException) as caught:
            call(*arguments, **named)
        self.assertEqual(str(status), str(caught.exception.status()))
        self.assertIn(words, caught.exception.message())

    def test_health(self):
        self.assertTrue(self.client.is_server_live())
        self.assertTrue(self.client.is_server_ready())
        self.assertTrue(self.client.is_model_ready(targets.DIGITS))
        self.assertTrue(self.client.is_model_ready(targets.DIGITS, "2"))
        self.assertFalse(self.client.is_model_ready(targets.DIGITS, "99"))
        self.assertFalse(self.client.is_model_ready("nobody"))

    def test_server_metadata(self):
        server = self.client.get_server_metadata()
        self.assertEqual("bellwether", server["name"])
        self.assertLessEqual(targets.EXTENSIONS, set(server["extensions"]))
        self.assertFalse(targets.NOT_OFFERED & set(server["extensions"]))

    def test_model_metadata(self):
        for version in ("", "2"):
            model = self.client.get_model_metadata(targets.DIGITS, version)
            self.assertEqual([{"name": "image", "datatype": "FP32", "shape": [-1, 64]}], model["inputs"])
            self.assertEqual([{"name": "scores", "datatype": "FP32", "shape": [-1, 10]}], model["outputs"])
            self.assertIn("1", model["versions"])
        self.refused(404, "Request for unknown model: 'nobody' is not found", self.client.get_model_metadata, "nobody")

    def test_model_config(self):
        config = self.client.get_model_config(targets.DIGITS)
        self.assertEqual(16, config["max_batch_size"])
        self.assertEqual([{"name": "image", "data_type": "TYPE_FP32", "dims": [64]}], config["input"])
        self.assertEqual("scores", config["output"][0]["name"])
        self.assertIn("dynamic_batching", config)
        self.assertNotIn("ensemble_scheduling", config)
        self.assertNotIn("sequence_batching", config)

    def test_metadata_and_config_fit_as_perf_analyzer_reads_them(self):
        for name in (targets.DIGITS, targets.TEXTS):
            metadata, config = self.client.get_model_metadata(name), self.client.get_model_config(name)
            self.assertGreater(config["max_batch_size"], 0)
            for of_metadata, of_config in (("inputs", "input"), ("outputs", "output")):
                shapes = {tensor["name"]: tensor["shape"] for tensor in metadata[of_metadata]}
                self.assertEqual({tensor["name"]: [-1] + tensor["dims"] for tensor in config[of_config]}, shapes)

    def test_statistics_as_perf_analyzer_reads_them(self):
        before = self.statistics("1")
        self.client.infer(targets.DIGITS, image_input(self.images), model_version="1")
        after = self.statistics("1")
        self.assertGreater(after["inference_count"], before["inference_count"])
        self.assertGreater(after["execution_count"], before["execution_count"])
        self.assertGreater(after["last_inference"], 0)
        for part in ("success", "queue", "compute_input", "compute_infer", "compute_output"):
            self.assertGreaterEqual(after["inference_stats"][part]["count"], before["inference_stats"][part]["count"])
            self.assertGreaterEqual(after["inference_stats"][part]["ns"], before["inference_stats"][part]["ns"])
        for part in ("fail", "cache_hit", "cache_miss"):
            self.assertEqual({"count", "ns"}, set(after["inference_stats"][part]))
        self.assertTrue(all(batch["batch_size"] > 0 for batch in after["batch_stats"]))
        names = {model["name"] for model in self.client.get_inference_statistics()["model_stats"]}
        self.assertIn(targets.DIGITS, names)

    def statistics(self, version):
        stats = self.client.get_inference_statistics(targets.DIGITS, version)["model_stats"]
        self.assertEqual([(targets.DIGITS, version)], [(model["name"], model["version"]) for model in stats])
        return stats[0]

    def test_models_are_loaded_and_unloaded(self):
        self.client.load_model(targets.DIGITS)  # its files did not change: nothing happens
        self.assertTrue(self.client.is_model_ready(targets.DIGITS))
        self.client.unload_model(targets.TEXTS)
        self.assertFalse(self.client.is_model_ready(targets.TEXTS))
        self.client.load_model(targets.TEXTS)
        self.assertTrue(self.client.is_model_ready(targets.TEXTS))
        self.refused(404, "the model repository holds no such model", self.client.load_model, "nobody")
        self.refused(501, "a load takes no parameters", self.client.load_model, targets.DIGITS, config="{}")

    def test_repository_index(self):
        index = self.client.get_model_repository_index()
        ready = {(model["name"], model["version"]) for model in index if model["state"] == "READY"}
        self.assertIn((targets.DIGITS, "1"), ready)

    def test_infer_in_every_mix_of_json_and_binary(self):
        expected = None
        for sent_binary in (True, False):
            for wanted_binary in (True, False):
                outputs = [triton.InferRequestedOutput("scores", binary_data=wanted_binary)]
                result = self.client.infer(
                    targets.DIGITS, image_input(self.images, sent_binary), outputs=outputs, model_version="2")
                scores = result.as_numpy("scores")
                self.assertEqual((8, 10), scores.shape)
                expected = scores if expected is None else expected
                numpy.testing.assert_allclose(scores, expected, rtol=1e-5)
        self.assertGreaterEqual((expected.argmax(axis=1) == self.labels).sum(), 7)

    def test_outputs_need_not_be_named_and_the_id_comes_back(self):
        result = self.client.infer(targets.DIGITS, image_input(self.images[:1]), request_id="my request")
        self.assertEqual((1, 10), result.as_numpy("scores").shape)
        self.assertEqual("my request", result.get_response()["id"])
        self.assertIsInstance(result.get_response()["model_version"], str)
        self.assertIsNone(result.as_numpy("nothing"))

    def test_priority_timeout_parameters_headers_and_query(self):
        result = self.client.infer(
            targets.DIGITS,
            image_input(self.images),
            priority=1,
            timeout=2_000_000,
            parameters={"own": "value", "flag": True, "count": 3},
            headers={"Bellwether-Request-Id": "client-suite"},
            query_params={"a": 1},
        )
        self.assertEqual((8, 10), result.as_numpy("scores").shape)

    def test_a_timeout_that_cannot_be_kept(self):
        self.refused(
            504, "deadline", self.client.infer, targets.TEXTS, self.text_input(), timeout=1)

    def test_classification(self):
        outputs = [triton.InferRequestedOutput("scores", class_count=2)]
        classes = self.client.infer(targets.DIGITS, image_input(self.images), outputs=outputs).as_numpy("scores")
        self.assertEqual((8, 2), classes.shape)
        best = int(classes[0][0].decode().split(":")[1])
        self.assertIn(best, range(10))

    def test_compression(self):
        plain = self.client.infer(targets.DIGITS, image_input(self.images), model_version="1").as_numpy("scores")
        for request in (None, "gzip", "deflate"):
            for response in (None, "gzip", "deflate"):
                result = self.client.infer(
                    targets.DIGITS,
                    image_input(self.images),
                    model_version="1",
                    request_compression_algorithm=request,
                    response_compression_algorithm=response,
                )
                numpy.testing.assert_allclose(result.as_numpy("scores"), plain, rtol=1e-5)

    def test_async_infer(self):
        calls = [self.client.async_infer(targets.DIGITS, image_input(self.images)) for _ in range(8)]
        for call in calls:
            self.assertEqual((8, 10), call.get_result(timeout=20).as_numpy("scores").shape)

    def test_text(self):
        vectors = self.client.infer(targets.TEXTS, self.text_input()).as_numpy("embedding")
        self.assertEqual((2, 384), vectors.shape)
        numpy.testing.assert_allclose(numpy.linalg.norm(vectors, axis=1), 1, rtol=1e-3)

    def text_input(self, binary=True):
        tensor = triton.InferInput("text", [2, 1], "BYTES")
        tensor.set_data_from_numpy(targets.texts(), binary_data=binary)
        return [tensor]

    def test_text_as_json(self):
        self.assertEqual((2, 384), self.client.infer(targets.TEXTS, self.text_input(False)).as_numpy("embedding").shape)

    def test_bodies_made_by_the_client_itself(self):
        body, head = triton.InferenceServerClient.generate_request_body(image_input(self.images[:1]))
        answer, headers = self.post(body, {"Inference-Header-Content-Length": str(head)} if head else {})
        length = headers.get("Inference-Header-Content-Length")
        result = triton.InferenceServerClient.parse_response_body(answer, header_length=length and int(length))
        self.assertEqual((1, 10), result.as_numpy("scores").shape)

    def test_raw_body(self):
        answer, headers = self.post(self.images[0].tobytes(), {"Inference-Header-Content-Length": "0"})
        length = int(headers["Inference-Header-Content-Length"])
        self.assertEqual("scores", json.loads(answer[:length])["outputs"][0]["name"])
        self.assertEqual((10,), numpy.frombuffer(answer[length:], dtype=numpy.float32).shape)

    def post(self, body, headers):
        connection = http.client.HTTPConnection(targets.REST, timeout=20)
        self.addCleanup(connection.close)
        connection.request("POST", f"/v2/models/{targets.DIGITS}/infer", body, headers)
        response = connection.getresponse()
        answer = response.read()
        self.assertEqual(200, response.status, answer)
        return answer, response.headers

    def test_errors(self):
        infer, one = self.client.infer, image_input(self.images[:1])
        self.refused(404, "Request for unknown model: 'nobody' is not found", infer, "nobody", one)
        self.refused(404, "version '99' is not found", infer, targets.DIGITS, one, model_version="99")
        self.refused(400, "unexpected shape for input 'image'", infer, targets.DIGITS, image_input(self.images[:, :32]))
        self.refused(400, "batch-size must be <= 256", infer, targets.DIGITS, image_input(numpy.zeros((257, 64), "f4")))
        self.refused(
            400, "unexpected inference output 'other'", infer, targets.DIGITS, one,
            outputs=[triton.InferRequestedOutput("other")])
        half = triton.InferInput("image", [1, 64], "FP16")
        half.set_data_from_numpy(self.images[:1].astype(numpy.float16))
        self.refused(400, "data-type is 'FP16'", infer, targets.DIGITS, [half])
        other = triton.InferInput("other", [1, 64], "FP32")
        other.set_data_from_numpy(self.images[:1])
        self.refused(400, "unexpected inference input 'other'", infer, targets.DIGITS, [other])

    def test_large_bodies(self):
        """Five megabytes come through to the check of the shape; what is over the limit is the client's mistake."""
        infer = self.client.infer
        self.refused(400, "batch-size must be <= 256", infer, targets.DIGITS, image_input(numpy.ones((20_000, 64), "f4")))
        self.refused(400, "the body is too large", infer, targets.DIGITS, image_input(numpy.ones((70_000, 64), "f4")))

    def test_a_request_that_makes_the_model_throw_fails_alone(self):
        images, _ = targets.digits(200)
        calls = [
            self.client.async_infer(targets.DIGITS, image_input(images[i : i + 1]), model_version=targets.FAILING)
            for i in range(200)
        ]
        failures = 0
        for call in calls:
            try:
                call.get_result(timeout=20)
            except InferenceServerException as failure:
                failures += 1
                self.assertEqual("500", failure.status())
                self.assertEqual("model 'digits' version '4' failed on this input", failure.message())
        self.assertIn(failures, range(1, 40))

    def test_what_is_not_offered_says_so(self):
        client = self.client
        self.refused(501, "shared memory", client.get_system_shared_memory_status)
        self.refused(501, "shared memory", client.register_system_shared_memory, "r", "/r", 64)
        self.refused(501, "shared memory", client.unregister_system_shared_memory)
        self.refused(501, "shared memory", client.get_cuda_shared_memory_status)
        self.refused(501, "shared memory", client.register_cuda_shared_memory, "r", b"handle", 0, 64)
        self.refused(501, "shared memory", client.unregister_cuda_shared_memory)
        self.refused(501, "trace settings", client.get_trace_settings)
        self.refused(501, "trace settings", client.update_trace_settings, settings={"trace_rate": "1"})
        self.refused(501, "log settings", client.get_log_settings)
        self.refused(501, "log settings", client.update_log_settings, {"log_info": True})
        shared = triton.InferInput("image", [1, 64], "FP32")
        shared.set_shared_memory("r", 256)
        self.refused(501, "shared memory", client.infer, targets.DIGITS, [shared])


if __name__ == "__main__":
    unittest.main()
