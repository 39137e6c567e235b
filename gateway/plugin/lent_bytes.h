#ifndef GATEWAY_PLUGIN_LENT_BYTES_H_
#define GATEWAY_PLUGIN_LENT_BYTES_H_

#include <cstddef>
#include <string_view>

#include "kgw/kgw.h"

namespace kgw::plugin {

// Bytes lent to a plug-in for one call. Plain: the caller's own bytes. Guarded, for tests: a copy
// that ends where an untouchable page begins, and that becomes untouchable itself when this object
// goes, so that a plug-in that reads too far or keeps the pointer is caught in the act.
class LentBytes {
 public:
  LentBytes(std::string_view bytes, bool guarded);
  ~LentBytes();
  LentBytes(LentBytes&& other) noexcept;
  LentBytes& operator=(LentBytes&&) = delete;

  kgw_slice slice() const { return {data_, size_}; }

 private:
  const char* data_;
  size_t size_;
  void* pages_ = nullptr;
  size_t length_ = 0;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_LENT_BYTES_H_
