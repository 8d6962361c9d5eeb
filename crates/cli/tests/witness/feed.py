"""A log of aics-tlog, which asks the witness at a URL to cosign it with the client of aics-witness."""

import sys

from aics_tlog import Checkpoint, MerkleTree
from aics_tlog.checkpoint import sign_checkpoint
from aics_witness.feeder import WitnessClient, merge_cosignatures
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example/ada"

url, vkey = sys.argv[1:]
key = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
tree = MerkleTree()


def grown_to(size):
    """Returns the signed checkpoint of a tree that grew to this size."""
    while tree.size < size:
        tree.append(b"leaf %d" % tree.size)
    return sign_checkpoint(Checkpoint(ORIGIN, size, tree.root()), key, ORIGIN).to_bytes()


with WitnessClient(url, vkey, max_attempts=1) as client:
    for size in (1, 4, 7):
        note = grown_to(size)
        cosigned = merge_cosignatures(note, client.submit(note, tree.consistency_proof))

# As after a lost answer: a client that knows nothing starts from zero, and learns the size by 409.
with WitnessClient(url, vkey, max_attempts=1) as client:
    client.submit(note, tree.consistency_proof)

sys.stdout.buffer.write(cosigned)
