"""MNIST (LeCun, Bottou, Bengio and Haffner 1998, doi:10.1109/5.726791): the official test set, 10,000 to validate."""

from __future__ import annotations

from functools import partial

from neurosim.data import Classes, Signature
from neurosim.tasks.base import Task
from neurosim.tasks.fetching import RemoteData, RemoteFile
from neurosim.tasks.images28 import blocks_of, checksum_of, load_block, load_images

DATA = RemoteData(
    "mnist",
    (
        RemoteFile("train-images-idx3-ubyte.gz", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        RemoteFile("train-labels-idx1-ubyte.gz", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        RemoteFile("t10k-images-idx3-ubyte.gz", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        RemoteFile("t10k-labels-idx1-ubyte.gz", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ),
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
)


def mnist() -> Task:
    """Make the MNIST task: 50,000 images to learn from, or a block of 40,000; 10,000 validate, 10,000 test."""
    return Task(
        name="mnist",
        summary="70,000 handwritten digits of 28x28 pixels",
        load=partial(load_images, data=DATA),
        signature=Signature((28, 28), Classes(tuple(range(10)))),
        source="LeCun, Bottou, Bengio and Haffner 1998, doi:10.1109/5.726791",
        licence="CC BY-SA 3.0",
        checksum=checksum_of(DATA),
        partition=blocks_of(DATA),
        load_block=partial(load_block, data=DATA),
    )
