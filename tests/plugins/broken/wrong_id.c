/* Says another id than its manifest. */
#define BROKEN_ID "org.example.another"
#include "base.h"
