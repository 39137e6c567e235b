// Throws before it has said who it is.
#include <stdexcept>

#define BROKEN_ENTRY_RESULT throw std::runtime_error("no"), &broken_plugin
#include "base.h"
