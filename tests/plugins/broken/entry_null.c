/* Cannot serve this host. */
#define BROKEN_ENTRY_RESULT NULL
#include "base.h"
