/* Its entry is a number, which a host would jump into. */
#include "kgw/kgw.h"

extern KGW_EXPORT int kgw_entry_v1;
KGW_EXPORT int kgw_entry_v1 = 3;
