#ifndef TESTS_PLUGINS_BROKEN_TEXT_H_
#define TESTS_PLUGINS_BROKEN_TEXT_H_

#include <string.h>

#include "kgw/kgw.h"

static inline kgw_slice text(const char* characters) {
  const kgw_slice slice = {characters, strlen(characters)};
  return slice;
}

#endif /* TESTS_PLUGINS_BROKEN_TEXT_H_ */
