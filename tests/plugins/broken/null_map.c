/* Its interface's table has a hole. */
#define BROKEN_MAP NULL
#include "base.h"
