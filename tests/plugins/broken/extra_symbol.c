/* Exports more than its entry: what could take the place of a function of the host. */
#include "base.h"

KGW_EXPORT int helper_of_the_author(void);
KGW_EXPORT int helper_of_the_author(void) { return 1; }
