"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747): the official test set, 10,000 to validate."""

from __future__ import annotations

from functools import partial

from neurosim.data import Classes, Signature
from neurosim.tasks.base import Task
from neurosim.tasks.fetching import RemoteData, RemoteFile
from neurosim.tasks.images28 import blocks_of, checksum_of, load_block, load_images

DATA = RemoteData(
    "fashion-mnist",
    (
        RemoteFile("train-images-idx3-ubyte.gz", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        RemoteFile("train-labels-idx1-ubyte.gz", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        RemoteFile("t10k-images-idx3-ubyte.gz", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        RemoteFile("t10k-labels-idx1-ubyte.gz", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ),
    (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
)


def fashion_mnist() -> Task:
    """Make the Fashion-MNIST task: 50,000 images to learn from, or a block of 40,000; 10,000 validate, 10,000 test."""
    return Task(
        name="fashion-mnist",
        summary="70,000 pictures of clothes of 28x28 pixels",
        load=partial(load_images, data=DATA),
        signature=Signature((28, 28), Classes(tuple(range(10)))),
        source="Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747",
        licence="MIT",
        checksum=checksum_of(DATA),
        partition=blocks_of(DATA),
        load_block=partial(load_block, data=DATA),
    )
