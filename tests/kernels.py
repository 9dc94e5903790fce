"""`python -m tests.kernels sensing|reading`: compiles what numba compiles at the first use, into its cache."""

import sys

from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.settings import Settings
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep
from coagent.steps.ingest import warm_up as warm_up_reading
from streams.warm_up import warm_up as warm_up_sensing

if sys.argv[1:] == ["sensing"]:
    warm_up_sensing(DetectStep(DetectConfig()), ConfirmStep(ConfirmConfig()))
elif sys.argv[1:] == ["reading"]:
    warm_up_reading(analysis_ingest_step(Settings()))
else:
    sys.exit(__doc__)
