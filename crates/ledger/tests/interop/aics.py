"""What aics-tlog can do as a library but not on its command line; it prints the JSON of its result."""

import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import aics_tlog


def audit(tiles, vkey):
    """Every tile and every entry of the folder, against its own checkpoint."""
    with open(vkey) as file:
        key = aics_tlog.read_vkey_file(file.read())
    with open(f"{tiles}/checkpoint", "rb") as file:
        note = aics_tlog.parse_note(file.read())
    verdict = aics_tlog.verify_checkpoint(note, key)
    if not verdict.log_ok:
        raise ValueError("the checkpoint is not signed by the log")
    if verdict.size == 0:
        return {"size": 0, "tiles": 0, "bundles": 0, "is_empty_root": verdict.root == aics_tlog.EMPTY_HASH}
    reader = aics_tlog.FileSystemTileReader(tiles)
    report = aics_tlog.audit_tiles(reader, verdict.size, verdict.root)
    return {"size": report.size, "tiles": report.tiles, "bundles": report.bundles}


def sign(tiles, size, origin):
    """A checkpoint over what the tiles hold, written beside them with the key that verifies it."""
    size = int(size)
    reader = aics_tlog.FileSystemTileReader(tiles)
    root = aics_tlog.tree_root_from_tiles(reader, size)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    note = aics_tlog.sign_checkpoint(aics_tlog.Checkpoint(origin, size, root), key, origin)
    with open(f"{tiles}/checkpoint", "wb") as file:
        file.write(note.to_bytes())
    vkey = aics_tlog.vkey_from_ed25519(origin, key.public_key())
    return {"vkey": aics_tlog.format_vkey(vkey)}


print(json.dumps({"audit": audit, "sign": sign}[sys.argv[1]](*sys.argv[2:])))
