"""Topic models (LDA) of texts, from laptop to cluster.

>>> import lightlda
>>> corpus = lightlda.Corpus.from_texts(texts, stopwords="en")
>>> model = lightlda.train(corpus, num_topics=100)
>>> print(model)
>>> theta = model.theta()            # [documents, topics]
>>> new = model.infer(["a new text"])
"""
from ._core import __version__
from ._corpus import Corpus
from ._errors import BadInput, Cancelled, CannotWrite, Error, OutOfMemory, Stopped, UsageError
from ._model import Model, train

__all__ = ["BadInput", "Cancelled", "CannotWrite", "Corpus", "Error", "Model", "OutOfMemory", "Stopped", "UsageError",
           "train", "__version__"]
