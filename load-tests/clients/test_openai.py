"""The OpenAI SDK, with its base URL changed and nothing else."""

import unittest

import numpy
import openai

import targets

BASE_URL = f"http://{targets.REST}/v1"


class OpenAiTest(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=BASE_URL, api_key="unused", max_retries=0)
        self.addCleanup(self.client.close)

    def test_embeddings_in_both_encodings(self):
        for encoding in (openai.NOT_GIVEN, "float", "base64"):
            answer = self.client.embeddings.create(
                model=targets.TEXTS, input=targets.SENTENCES, encoding_format=encoding)
            self.assertEqual([0, 1], [one.index for one in answer.data])
            self.assertGreater(answer.usage.prompt_tokens, 0)
            if encoding != "base64":
                vectors = numpy.array([one.embedding for one in answer.data])
                self.assertEqual((2, 384), vectors.shape)
                numpy.testing.assert_allclose(numpy.linalg.norm(vectors, axis=1), 1, rtol=1e-3)

    def test_one_text(self):
        answer = self.client.embeddings.create(
            model=targets.TEXTS, input=targets.SENTENCES[0], user="somebody", dimensions=384)
        self.assertEqual(targets.TEXTS, answer.model)
        self.assertEqual(384, len(answer.data[0].embedding))

    def test_models(self):
        self.assertIn(targets.TEXTS, [model.id for model in self.client.models.list()])
        self.assertEqual(targets.TEXTS, self.client.models.retrieve(targets.TEXTS).id)

    def test_errors_have_their_classes(self):
        with self.assertRaises(openai.NotFoundError):
            self.client.embeddings.create(model="nobody", input="a")
        with self.assertRaises(openai.BadRequestError):
            self.client.embeddings.create(model=targets.TEXTS, input=[])
        with self.assertRaises(openai.BadRequestError):
            self.client.embeddings.create(model=targets.TEXTS, input=[[101, 102]])
        with self.assertRaises(openai.BadRequestError):
            self.client.embeddings.create(model=targets.TEXTS, input="a", dimensions=7)
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("nobody")

    def test_what_is_not_offered_says_so(self):
        with self.assertRaises(openai.APIStatusError) as caught:
            self.client.chat.completions.create(model=targets.TEXTS, messages=[{"role": "user", "content": "hello"}])
        self.assertIn("embeddings", caught.exception.message)


class OpenAiAsyncTest(unittest.IsolatedAsyncioTestCase):
    async def test_embeddings(self):
        async with openai.AsyncOpenAI(base_url=BASE_URL, api_key="unused", max_retries=0) as client:
            answer = await client.embeddings.create(model=targets.TEXTS, input=targets.SENTENCES)
            self.assertEqual(2, len(answer.data))


if __name__ == "__main__":
    unittest.main()
