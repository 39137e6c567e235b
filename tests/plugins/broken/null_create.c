/* Has no create. */
#define BROKEN_CREATE NULL
#include "base.h"
