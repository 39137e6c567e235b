/* Brings a library into the process that the host may have in another version. */
#include <zlib.h>

#define BROKEN_ENTRY_RESULT (zlibVersion() != NULL ? &broken_plugin : NULL)
#include "base.h"
