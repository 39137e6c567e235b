/* A connector whose delivery never ends, whether or not it is cancelled. It says that it has
   begun. */
#include <stdio.h>
#include <unistd.h>

#include "text.h"

static kgw_code deliver(void* self, const kgw_call* call, const kgw_item* unit) {
  (void)self;
  (void)call;
  (void)unit;
  fputs("stuck_connector: delivers\n", stderr);
  while (1) pause();
}

#include "connector.h"
#define BROKEN_INTERFACE only_connector
#define BROKEN_MAP NULL
#include "base.h"
