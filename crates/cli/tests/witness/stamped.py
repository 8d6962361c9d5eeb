"""What rfc3161-client says of a record of a log: whether its token is a timestamp of these bytes, and of which time."""

import json
import sys

from cryptography.x509 import load_pem_x509_certificate
from rfc3161_client import VerifierBuilder, decode_timestamp_response

SALT_BYTES = 32
GRANTED = bytes([0x30, 0x03, 0x02, 0x01, 0x00])


def response(token):
    """Returns the response of an authority that granted the token: the log keeps the token alone."""
    content = GRANTED + token
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([0x30, 0x80 | len(length)]) + length + content


payload, stamped, certificate = (open(path, "rb").read() for path in sys.argv[1:])
record = json.loads(payload[SALT_BYTES:])
answer = decode_timestamp_response(response(bytes.fromhex(record["token"])))
root = load_pem_x509_certificate(certificate)
verifier = VerifierBuilder().add_root_certificate(root).tsa_certificate(root).build()
verifier.verify_message(answer, stamped)
print(answer.tst_info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ"))
