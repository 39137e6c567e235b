/* Wishes for a service that its manifest does not name. */
#define BROKEN_SERVICES "kgw.http/1"
#include "base.h"
