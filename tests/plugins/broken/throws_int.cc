// Lets something out that is not even an exception class.
#include "kgw/kgw.h"

static kgw_code Throw(void*, const kgw_call*, const kgw_item*, uint32_t) { throw 42; }
#define BROKEN_MAP Throw
#include "base.h"
