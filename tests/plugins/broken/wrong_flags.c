/* Claims in code what its manifest does not. */
#define BROKEN_FLAGS (KGW_THREAD_SAFE | KGW_PURE)
#include "base.h"
