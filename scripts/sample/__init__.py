"""Parts of the sample generator (`scripts/make_sample.py`): invented dossiers of Cầu Kè district.

openpyxl serialises with lxml where that is installed and with the standard library elsewhere,
and the two do not write the same bytes. The sample must not depend on which one a machine has.
"""

import os

os.environ["OPENPYXL_LXML"] = "False"
